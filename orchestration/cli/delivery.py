"""`pqr ingest`: events that the simulator did not write, carried to gold as their own world."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.options import End, NoServer, Start, day, path_option
from orchestration.cli.run import say_where_shown
from orchestration.cli.streams import LastingConsole
from orchestration.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from orchestration.ingest.plan import Delivery
    from orchestration.settings import Settings

_NO_SOURCE = "--source is missing: email, webform, chat, call, other_digital, in_person or postal"
Limit = Annotated[
    float,
    typer.Option(min=0, max=100, help="Rows in quarantine that are tolerated, in % of the rows."),
]


def register(app: typer.Typer) -> None:
    """Add `pqr ingest` to `app`."""
    app.command()(ingest)


def ingest(
    location: Annotated[str, typer.Argument(help="FILE, FOLDER or s3://bucket/prefix.")],
    source: Annotated[
        str | None,
        typer.Option(help="email, webform, chat, call, other_digital, in_person or postal."),
    ] = None,
    mapping: Annotated[
        Path | None, path_option(help="YAML: what the columns of a CSV or XLSX mean.")
    ] = None,
    world: Annotated[str, typer.Option(help="Deliveries of one name are one lake.")] = "ingested",
    start: Start = None,
    end: End = None,
    quarantine_limit: Limit = 1.0,
    check: Annotated[
        bool, typer.Option("--check", help="Judge without landing; propose a mapping.")
    ] = False,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Later rows win in any case; cases of its channels, created from --start to --end,"
            " that it lacks vanish.",
        ),
    ] = False,
    publish: Annotated[
        bool, typer.Option("--publish", help="Make this world the live one, too.")
    ] = False,
    no_prefect_server: NoServer = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Take events that the simulator did not write: JSONL in the raw contract, CSV or XLSX.

    They land as a run of a world of their own, the files kept beside as they came. Every row is
    accounted for: it is a case, merged into one, in quarantine with a reason, or skipped by name.
    Deliveries of a world add up; the later row of a number wins. What is live stays live unless
    --publish says otherwise. Repeated, nothing changes.

    Example: pqr ingest docs/ingest/pqrs_entidad.csv --mapping docs/ingest/pqrs_entidad.yaml
    --source webform
    """
    first, last = day("--start", start), day("--end", end)
    if first is not None and last is not None and last < first:
        raise UsageError(f"--start {first} is after --end {last}")
    from orchestration.settings import load_settings

    settings = load_settings()
    if check:
        days = (first, last)
        _check(settings, location, source, mapping, world, days, quarantine_limit, replace, as_json)
        return
    if source is None:
        raise UsageError(_NO_SOURCE)
    from orchestration.cli.live import RunView
    from orchestration.cli.prefect_environment import prefect_environment

    console = LastingConsole(stderr=as_json)
    with prefect_environment(settings, is_wanted=not no_prefect_server) as unshown:
        from orchestration.flows.ingest import IngestRequest, ingest_flow
        from orchestration.flows.shown import call_flow

        request = IngestRequest(
            location=location,
            source=source,
            mapping=mapping,
            world=world,
            start=first,
            end=last,
            quarantine_limit_pct=quarantine_limit,
            replaces=replace,
            publish=publish,
        )
        planned: list[Delivery] = []
        with RunView(console, quiet=False, log_format=settings.log_format) as view:
            report = call_flow(ingest_flow(view.show, planned.append), request)
    if as_json:
        # Its own account: where nothing changes, the run is one of another delivery.
        facts = {"delivery": planned[-1].facts} if planned else {}
        print(json.dumps({**report.model_dump(mode="json"), **facts}))
        return
    console.print(
        f"Run {report.run_id}  {report.date_min} to {report.date_max}  world {world}",
        highlight=False,
        soft_wrap=True,
    )
    if publish:
        console.print(f"Published ({report.status}). Back: `pqr runs`, `pqr publish --run-id R`.")
    else:
        console.print(
            "In silver and gold of the lake; what is live was not touched."
            " The same command with --publish makes it live.",
            soft_wrap=True,
        )
    say_where_shown(console, unshown)


def _check(
    settings: "Settings",
    location: str,
    source: str | None,
    mapping: Path | None,
    world: str,
    days: "tuple[date | None, date | None]",
    limit: float,
    replaces: bool,
    as_json: bool,
) -> None:
    """Judge a delivery by its files alone, with --replace also what it does to its world.

    Nothing is written; only with --replace the services are asked.
    """
    from orchestration.ingest.delivery import read_delivery
    from orchestration.ingest.names import require_source, require_world
    from orchestration.ingest.plausible import today
    from orchestration.ingest.prepare import prepare
    from orchestration.ingest.proposal import propose
    from orchestration.ingest.report import report

    # A proposal reads neither, and the command that lands the file refuses them.
    require_world(world)
    if source is not None:
        require_source(source)
    if mapping is None:
        tables = [f for f in read_delivery(location, settings).files if f.format != "jsonl"]
        if tables:
            proposal = propose(tables[0], settings.project_root)
            typer.echo(proposal.yaml, nl=False)
            for question in proposal.open_questions:
                typer.echo(f"# open: {question}")
            if len(tables) > 1:
                others = ", ".join(file.name for file in tables[1:])
                typer.echo(f"# open: proposed from {tables[0].name} alone, without {others}")
            return
    prepared = prepare(
        settings,
        location,
        # Cases of a table have their own channel.
        source=source or "webform",
        mapping=mapping,
        world=world,
        first=days[0],
        last=days[1],
        today=today(settings),
    )
    if prepared.lines:
        if source is None:
            raise UsageError(_NO_SOURCE)
        # Bronze is a large import, which a table needs not.
        from orchestration.flows.judge_events import judge_events

        judge_events(settings, prepared, *days)
    if as_json:
        findings = [vars(item) for item in (*prepared.stops, *prepared.findings)]
        print(json.dumps({**prepared.facts(), "findings": findings}))
    else:
        for line in report(prepared):
            typer.echo(line)
    prepared.require_acceptable(limit, shows_rows=as_json)
    if replaces:
        from orchestration.ingest.plan import plan_delivery
        from orchestration.ingest.report import consequences
        from orchestration.meta.control import connect

        with connect(settings, context="pqr ingest") as connection:
            delivery = plan_delivery(
                settings, connection, prepared, quarantine_limit_pct=limit, replaces=True,
                first=days[0], last=days[1],
            )  # fmt: skip
        for line in consequences(delivery):
            typer.echo(line, err=as_json)
    if not as_json:
        how = "without --check" if source else "with --source CHANNEL in place of --check"
        typer.echo(f"can land: the same command {how}")
