"""`pqr models late-risk`: the probability that an open case ends late, trained and judged."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.options import day, path_option

if TYPE_CHECKING:
    import psycopg

    from orchestration.risk.outcomes import Ask
    from orchestration.settings import Settings

group = typer.Typer(help="Probability that an open case ends late: training, evaluation.")

World = Annotated[str | None, typer.Option(help="Its id or the beginning of it; default: live.")]


@group.command()
def train(
    output: Annotated[Path, path_option(help="Folder for the list of weights and its card.")],
    last: Annotated[str, typer.Option("--last", help="Last day whose open cases are learnt from.")],
    known_by: Annotated[
        str, typer.Option("--known-by", help="Day by whose end their outcome must be known.")
    ],
    until: Annotated[
        str | None,
        typer.Option("--until", help="Last of the later days that judge it; default: as many."),
    ] = None,
    world: World = None,
) -> None:
    """Train on the open cases of earlier days of the lake, and judge on days after --known-by.

    The same lake and version of scikit-learn give the same bytes. To use them, copy the list into
    seeds/ and the card into orchestration/risk/; the next run scores with them.

    Example: pqr models late-risk train --output trained --last 2025-11-09 --known-by 2025-12-15
    """
    from datetime import timedelta

    from orchestration.errors import UsageError
    from orchestration.risk.figures import TABLE_HEAD, table_row
    from orchestration.risk.outcomes import Period, days_of_lake, levels_of, outcomes
    from orchestration.risk.training import judged
    from orchestration.risk.training import train as trained
    from orchestration.risk.weights import Weights

    days = (day("--last", last), day("--known-by", known_by), day("--until", until))
    learnt_last, known, judged_last = days
    assert learnt_last is not None and known is not None  # noqa: S101, PT018 -- both are required
    with _lake(world) as (settings, _, ask):
        lake_first, lake_last = days_of_lake(ask)
        if not lake_first <= learnt_last < known < lake_last:
            raise UsageError(
                f"--last {learnt_last} --known-by {known}: must be later than {lake_first}, in this"
                f" order, and before {lake_last}, the lake's last day"
            )
        levels = levels_of(settings.project_root)
        terms, columns = list(levels), list(levels.values())
        learnt = Period(lake_first, learnt_last, known)
        later = Period(known + timedelta(1), judged_last or lake_last, lake_last)
        model = trained(terms, outcomes(ask, learnt, columns), learnt)
        rate = model.card["training"]["late"] / model.card["training"]["cases_and_days"]
        found = judged(terms, outcomes(ask, later, columns), model, rate)
    dates = {name: str(value) for name, value in vars(later).items()}
    evaluation = {**dates, "figures": [one.row() for one in found]}
    made = Weights(model.intercept, model.by_level, {**model.card, "evaluation": evaluation})
    try:
        made.write(output)
    except OSError as error:
        raise UsageError(f"--output {output}: {error.strerror}") from error
    typer.echo(TABLE_HEAD)
    for one in found:
        typer.echo(table_row(one))
    typer.echo(f"late_risk {made.version} written to {output}")


@group.command()
def evaluate(
    first: Annotated[
        str | None, typer.Option("--first", help="First day; default: the lake's.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--last", help="Last day; default: the lake's last but one.")
    ] = None,
    world: World = None,
) -> None:
    """Judge the scores that were published with the lake, and record the figures.

    Of each open case its outcome counts as far as the lake knows it; cases already beyond their
    term are left out. Beside the model: the share of the term used, and the base rate of the
    training.

    Example: pqr models late-risk evaluate --first 2025-09-10
    """
    from datetime import timedelta

    from orchestration.errors import UsageError
    from orchestration.risk.figures import TABLE_HEAD, table_row
    from orchestration.risk.outcomes import Period, days_of_lake, outcomes
    from orchestration.risk.registry import record
    from orchestration.risk.training import beside_rules
    from orchestration.risk.weights import read_weights

    wanted_first, wanted_last = day("--first", first), day("--last", last)
    with _lake(world) as (settings, connection, ask):
        lake_first, lake_last = days_of_lake(ask)
        period = Period(
            wanted_first or lake_first, wanted_last or lake_last - timedelta(1), lake_last
        )
        if not lake_first <= period.first <= period.last <= lake_last:
            raise UsageError(
                f"--first {period.first} --last {period.last}: must lie in this order between"
                f" {lake_first} and {lake_last}, the lake's days"
            )
        weights = read_weights(settings.project_root)
        found = outcomes(ask, period, ["late_risk", "late_risk_version"])
        versions = {group.key[1] for group in found}
        if versions != {weights.version}:
            raise UsageError(
                f"the lake has scores of late_risk {', '.join(sorted(versions))}, in use is"
                f" {weights.version}: `pqr run` scores again"
            )
        training = weights.card["training"]
        scored = [(float(group.key[0]), group) for group in found]
        rate = training["late"] / training["cases_and_days"]
        split = f"{period.first} to {period.last}"
        figures = beside_rules(scored, weights.version, rate, split)
        record(connection, weights, figures)
    typer.echo(TABLE_HEAD)
    for one in figures:
        typer.echo(table_row(one))


@contextmanager
def _lake(world: str | None) -> "Iterator[tuple[Settings, psycopg.Connection, Ask]]":
    """The committed files of a world, as something that answers queries."""
    from orchestration.cli.sql import open_session
    from orchestration.meta.control import connect
    from orchestration.settings import load_settings

    settings = load_settings()
    with (
        connect(settings, context="pqr models late-risk") as connection,
        open_session(settings, connection, world) as session,
    ):
        yield settings, connection, lambda query: next(iter(session.run(query))).fetchall()
