"""`pqr report` and `pqr export open-data`: what an entity publishes."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.options import path_option
from orchestration.errors import UsageError
from orchestration.settings import load_settings
from orchestration.wording import counted

PeriodOption = Annotated[
    str, typer.Option("--period", help="2025-Q4, 2025-S2 or 2025-11.", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command()(report)
    app.command()(export)


def report(
    period: PeriodOption,
    lang: Annotated[str, typer.Option(help="es or en.")] = "es",
    output: Annotated[Path, path_option(help="Folder for the files.")] = Path("reports"),
    entity: Annotated[str, typer.Option(help="Name of the entity, for the cover.")] = "",
    pdf: Annotated[
        bool | None,
        typer.Option("--pdf/--no-pdf", help="A PDF too; without it, where the extra pdf is there."),
    ] = None,
) -> None:
    """Write the official report of a month, a quarter or a half-year: HTML, XLSX, CSV, PDF.

    Every figure is read from the published views, in one snapshot. docs/how-to tells which law asks
    for which.

    Example: pqr report --period 2025-Q4 --output reports
    """
    from orchestration.report.document import document
    from orchestration.report.figures import read_figures
    from orchestration.report.period import parse_period
    from orchestration.report.words import LANGUAGES
    from orchestration.report.write import write_report

    wanted = parse_period(period)
    language = next((item for item in LANGUAGES if item == lang), None)
    if language is None:
        raise UsageError(f"--lang {lang[:20]!r} is not a language of the report: es or en")
    figures = read_figures(load_settings().postgres.reader_dsn, wanted)
    made = document(figures, language, entity)
    for notice in made.notices:
        if notice.kind == "policy":
            continue  # of every report of such a lake: nothing that the user has to act on
        typer.echo(f"{notice.title}: {notice.text}", err=True)
    files = write_report(made, wanted.name, output, pdf=pdf)
    for file in files:
        if file.path.suffix != ".csv":
            typer.echo(f"{file.path}  {counted(file.size, 'byte')}")
    sheets = [file for file in files if file.path.suffix == ".csv"]
    typer.echo(f"{sheets[0].path.parent}/  {counted(len(sheets), 'table')} as CSV")


def export(
    what: Annotated[str, typer.Argument(help="open-data.")],
    period: Annotated[
        str | None, typer.Option(help="2025-Q4, 2025-S2 or 2025-11; all that is published without.")
    ] = None,
    output: Annotated[Path, path_option(help="Folder for the files.")] = Path("open-data"),
    entity: Annotated[str, typer.Option(help="Who publishes it.")] = "",
) -> None:
    """Write anonymised cases and tables for an open-data portal: CSV, Parquet, Frictionless, DCAT.

    Example: pqr export open-data --period 2025-Q4 --output datos
    """
    from orchestration.report.opendata.export import export_open_data

    if what != "open-data":
        raise UsageError(f"{what[:40]!r} is not something to export: `pqr export open-data`")
    made = export_open_data(load_settings().postgres.reader_dsn, period, output, entity)
    if made.partial:
        typer.echo(made.partial, err=True)
    for file in made.files:
        typer.echo(f"{made.folder / file.path}  {counted(file.size, 'byte')}")
    typer.echo(
        f"{counted(made.rows, 'case')} published, {made.suppressed:,} left out;"
        f" {counted(made.hidden, 'count')} of the tables withheld"
    )
