"""`pqr bronze`, `verify`, `quarantine`, `gc`: one step of the lake at a time."""

import base64
import json
from typing import Annotated, Any

import typer

from orchestration.cli.collect import gc
from orchestration.cli.last_resort import plain
from orchestration.cli.live import RunView
from orchestration.cli.options import number
from orchestration.cli.streams import LastingConsole
from orchestration.errors import UsageError
from orchestration.wording import counted, printable

RunId = Annotated[str, typer.Argument(help="A run of `pqr runs`, or how its id begins.")]
SomeRunId = Annotated[
    str | None,
    typer.Argument(help="A run of `pqr runs`, or how its id begins; all if left out."),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, for programs.")]
_WIDEST = 200
LimitPct = Annotated[float, typer.Option(help="Lines in quarantine that are tolerated, in %.")]


def register(app: typer.Typer) -> None:
    """Add the commands of the lake to `app`."""
    for command in (bronze, verify, quarantine, gc):
        app.command()(command)


def bronze(
    run_id: RunId,
    replay: Annotated[
        bool, typer.Option("--replay", help="Judge the raw lines again by today's rules.")
    ] = False,
    quarantine_limit: LimitPct = 1.0,
) -> None:
    """Judge the raw lines of a run again: they end in bronze or in quarantine.

    Nothing changes while rules and code are those of the committed bronze. After a change the
    new bronze counts; `pqr run` then carries it through the layers after it.

    Example: pqr bronze 6f0d --replay
    """
    from orchestration.flows.single import commit_bronze
    from orchestration.lake.manifest import LineCounts
    from orchestration.settings import load_settings

    limit_pct = number("--quarantine-limit", quarantine_limit, 0, 100)
    with RunView(LastingConsole(stderr=True), quiet=False) as view:
        outcome = commit_bronze(
            load_settings(),
            run_id,
            replay=replay,
            limit_pct=limit_pct,
            progress=view.show,
        )
    assert outcome.manifest is not None  # noqa: S101 -- of bronze, committed or found
    counts = LineCounts.from_json(outcome.manifest.counts)
    typer.echo(
        f"bronze {'unchanged' if outcome.skipped else 'committed'}: "
        f"{counted(counts.lines, 'line')}, {counts.bronze:,} in bronze,"
        f" {counts.quarantined_lines:,} in quarantine"
    )


def verify(run_id: SomeRunId = None, as_json: AsJson = False) -> None:
    """Read everything that is committed again: bytes, rows, equations, links, serving tables.

    Ends with 1 when something committed is not as it was, and says how to mend it; leftovers are
    only named.

    Example: pqr verify
    """
    from orchestration.lake.committed import find_run_id
    from orchestration.meta.control import connect
    from orchestration.settings import load_settings
    from orchestration.verify.lake import verify_lake
    from orchestration.verify.ways_out import way_out, ways_out

    settings = load_settings()
    with connect(settings, context="pqr verify") as connection:
        chosen = find_run_id(connection, run_id) if run_id is not None else None
        report = verify_lake(settings, connection, chosen)
    if as_json:
        found = [{**vars(item), "way_out": way_out(item)} for item in report.findings]
        facts = {"sound": report.is_sound, "manifests": report.manifests}
        typer.echo(json.dumps({**facts, "objects": report.objects, "findings": found}, indent=2))
    else:
        for finding in report.findings:
            typer.echo(str(finding))
        for line in ways_out(report.findings):
            typer.echo(line)
        wrong = sum(finding.is_failure for finding in report.findings)
        typer.echo(
            f"{counted(report.manifests, 'manifest')}, {counted(report.objects, 'object')},"
            f" {report.size / 1e6:,.1f} MB"
            f" in {report.seconds:.1f} s: {'all as committed' if not wrong else f'{wrong} wrong'}"
        )
    if not report.is_sound:
        raise typer.Exit(1)


def quarantine(
    run_id: SomeRunId = None,
    reason: Annotated[str | None, typer.Option(help="One reason code.")] = None,
    show: Annotated[bool, typer.Option("--show", help="The lines themselves.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many lines to show.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List what could not enter bronze: counts by reason, or with --show the lines.

    Example: pqr quarantine 6f0d --show --reason JSON_TRUNCATED
    """
    from orchestration.bronze.quarantine import quarantine_counts, quarantined_lines
    from orchestration.bronze.rules import Reason
    from orchestration.ingest.account import Reason as RowReason
    from orchestration.ingest.rejected import rejected_rows
    from orchestration.lake.committed import find_run_id
    from orchestration.meta.control import connect
    from orchestration.settings import load_settings

    if reason is not None and reason not in {*map(str, Reason), *map(str, RowReason)}:
        raise UsageError(f"--reason {reason!r} is not a reason code: `pqr quarantine` lists them")
    if show and run_id is None:
        raise UsageError("--show needs a run_id: see `pqr quarantine`")
    settings = load_settings()
    with connect(settings, context="pqr quarantine") as connection:
        chosen = find_run_id(connection, run_id) if run_id is not None else None
        if show and chosen is not None:
            rows = rejected_rows(settings, connection, chosen, reason=reason, limit=limit)
            left = limit - len(rows)
            rows += quarantined_lines(settings, connection, chosen, reason=reason, limit=left)
        else:
            counts = quarantine_counts(connection, chosen)
            rows = [vars(count) for count in counts if reason in (None, count.reason)]
    if as_json:
        typer.echo(json.dumps(rows, indent=2, default=str))
    elif not rows:
        typer.echo("nothing is in quarantine")
    for row in [] if as_json else rows:
        typer.echo(_quarantined(row) if show else "{run_id}  {lines:>8,}  {reason}".format(**row))


def _quarantined(row: dict[str, Any]) -> str:
    if "file" in row:  # a row of a table that was delivered
        accepted = f"; accepted: {row['accepted']}" if row["accepted"] else ""
        place = f"{row['file']}:{row['line']}"
        column = f"{row['column']}: " if row["column"] else ""
        value = printable(row["value"], _WIDEST)
        return plain(f"{row['reason']}  {place}\n  {column}'{value}'{accepted}")
    start = base64.b64decode(row["prefix_base64"])[:100].decode("utf-8", "backslashreplace")
    place = f"{row['object_key']}:{row['line_no']}"
    return plain(f"{row['reason']}  {place}\n  {row['detail']}\n  {start!r}")
