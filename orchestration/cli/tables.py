"""`pqr lake`: the lake as Iceberg tables, for engines of others."""

import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from orchestration.settings import Settings, load_settings
from orchestration.wording import counted

if TYPE_CHECKING:
    from orchestration.publication.datasets import Dataset

AsJson = Annotated[bool, typer.Option("--json", help="JSON, for programs.")]
Engine = Literal["duckdb", "polars", "spark", "trino"]

lake_app = typer.Typer(
    name="lake", no_args_is_help=True, help="The lake as Iceberg tables, for other engines."
)


def register(app: typer.Typer) -> None:
    """Add `pqr lake` to `app`."""
    for command in (tables, sync):
        lake_app.command()(command)
    app.add_typer(lake_app)


def tables(
    engine: Annotated[Engine | None, typer.Option(help="How this engine alone reads them.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the Iceberg tables, and how DuckDB, Polars, Spark and Trino read them.

    Nothing secret is printed: the examples take what `eval "$(pqr env)"` sets.

    Example: pqr lake tables --engine polars
    """
    from orchestration.iceberg.reading import HOW_TO, list_tables

    settings = load_settings()
    found = list_tables(settings)
    if as_json:
        typer.echo(json.dumps([vars(item) for item in found], indent=2))
        return
    if not found:
        typer.echo("no tables yet: `pqr run` publishes and registers them")
        return
    if engine is None:
        for item in found:
            typer.echo(
                f"{item.table:<34} {counted(item.rows, 'row', 12)} {counted(item.files, 'file', 6)}"
                f"  publication {item.publication_id}  {item.metadata_location}"
            )
    example = next((item for item in found if item.table == "gold.kpi_sla_daily"), found[0])
    for name, how in HOW_TO.items():
        if engine in (None, name):
            typer.echo(f"\n# {name}\n" + how(settings, example).rstrip())


def sync(
    anew: Annotated[
        bool, typer.Option("--anew", help="Make every table again: its metadata is lost or wrong.")
    ] = False,
) -> None:
    """Let the Iceberg tables show the live publication; publishing does this by itself.

    Example: pqr lake sync
    """
    from orchestration.iceberg.sync import sync_tables
    from orchestration.meta.control import connect
    from orchestration.publication.datasets import table_names

    settings = load_settings()
    with connect(settings, context="pqr lake sync") as connection:
        synced = sync_tables(settings, connection, table_names(datasets_of(settings)), anew=anew)
    if synced.tables:
        typer.echo(
            f"{synced.tables} tables show publication {synced.publication_id},"
            f" {synced.files} files are new to them"
        )
    elif synced.publication_id:
        typer.echo(f"nothing changed: the tables show publication {synced.publication_id}")
    else:
        typer.echo("nothing is published yet: `pqr run`")


def datasets_of(settings: Settings) -> "tuple[Dataset, ...]":
    """What is published, and under which names."""
    from orchestration.publication.datasets import known_datasets

    def parse() -> object:
        from orchestration.transform.serving import parsed_declarations

        return parsed_declarations(settings)

    return known_datasets(settings, parse)
