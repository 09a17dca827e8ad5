"""`pqr sql`: questions to what is committed in the lake, answered by DuckDB."""

import contextlib
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from orchestration.cli.last_resort import plain
from orchestration.cli.options import path_option
from orchestration.cli.tables import datasets_of
from orchestration.errors import PqrError, UsageError

if TYPE_CHECKING:
    import psycopg

    from orchestration.query.session import LakeSession
    from orchestration.settings import Settings

Format = Literal["table", "csv", "json", "parquet"]
_TAKES: Final = {"table": "one or more", "csv": "one", "json": "one", "parquet": "one"}
_HELP = ".tables lists the views, .quit or Ctrl-D ends; a query ends with ;"


def register(app: typer.Typer) -> None:
    """Add `pqr sql` to `app`."""
    app.command()(sql)


def sql(
    command: Annotated[
        str | None, typer.Option("-c", "--command", help="The query; else standard input.")
    ] = None,
    world: Annotated[
        str | None, typer.Option(help="Its id or the beginning of it, or a name that ingest got.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How rows are written.")] = "table",
    output: Annotated[Path | None, path_option(help="A file; else standard output.")] = None,
    rows: Annotated[int, typer.Option(min=0, help="Most rows of a table; 0: all.")] = 200,
) -> None:
    """Query the committed files of a world with DuckDB: bronze, silver, gold, manifests.

    Nothing can be written, and nothing but the lake can be read. Views have the names that
    PostgreSQL has: silver.tickets, gold.kpi_sla_daily; also bronze.quarantine, meta.manifests,
    meta.objects. On a terminal without -c it asks; .tables lists the views.

    Example: pqr sql -c "select day, sum(tickets_count) from gold.kpi_volume_daily group by all"
    """
    from orchestration.meta.control import connect
    from orchestration.settings import load_settings

    settings = load_settings()
    if form == "parquet" and output is None and sys.stdout.isatty():
        raise UsageError("--format parquet needs --output FILE, or a pipe")
    with connect(settings, context="pqr sql") as connection:
        if command is None and sys.stdin.isatty():
            with open_session(settings, connection, world) as session:
                _ask(session, form, rows)
            return
        text = sys.stdin.read() if command is None else command
        with open_session(settings, connection, world) as session:
            _answer(session, text, form, output, rows)


def open_session(
    settings: "Settings", connection: "psycopg.Connection", world: str | None
) -> "LakeSession":
    """Open DuckDB on a world; names are those under which its datasets are published."""
    from orchestration.publication.datasets import table_names
    from orchestration.query.session import LakeSession, ReferenceList, world_of

    datasets = datasets_of(settings)
    lists = {
        f"{item.schema}.{item.table}": ReferenceList(
            item.seed, {column.name: column.type for column in item.columns}
        )
        for item in datasets
        if item.seed is not None
    }
    chosen = world_of(connection, world)
    return LakeSession(settings, connection, chosen, table_names(datasets), lists)


def _answer(
    session: "LakeSession", text: str, form: Format, output: Path | None, rows: int
) -> None:
    """Write the results of every query of a text; of the only one where a file holds just one.

    A file appears whole, and only when the query has succeeded.
    """
    from orchestration.query.output import write

    count = session.count(text)
    if count == 0 or (form != "table" and count != 1):
        raise UsageError(f"{count} queries were given: --format {form} takes {_TAKES[form]}")
    if output is not None and (output.is_dir() or not output.parent.is_dir()):
        place = f"{output.parent} is not a folder" if not output.is_dir() else "it is a folder"
        raise UsageError(f"--output {output}: {place}: name a file in a folder that is there")
    if output is None:
        for result in session.run(text):
            write(result, sys.stdout.buffer, form, rows)
            sys.stdout.buffer.flush()
        return
    with tempfile.TemporaryDirectory(prefix=".pqr-sql-", dir=output.parent) as folder:
        fresh = Path(folder, "result")
        with fresh.open("wb") as target:
            for result in session.run(text):
                write(result, target, form, rows)
        fresh.replace(output)


def _ask(session: "LakeSession", form: Format, rows: int) -> None:
    """Read queries from a terminal and answer each; an error ends the query, not the session."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 -- editing and history of input()
    typer.echo(_HELP)
    text = ""
    while True:
        try:
            line = input("pqr> " if not text else "...> ")
        except EOFError:
            typer.echo()
            return
        except KeyboardInterrupt:
            typer.echo()
            text = ""
            continue
        if not text and line.strip() in (".quit", ".exit"):
            return
        if not text and line.strip() in (".tables", ".help"):
            typer.echo("\n".join(session.tables) if line.strip() == ".tables" else _HELP)
            continue
        text += line + "\n"
        if not text.strip() or not text.rstrip().endswith(";"):
            text = text if text.strip() else ""
            continue
        try:
            _answer(session, text, form, None, rows)
        except PqrError as error:
            typer.echo(f"pqr: {plain(str(error))}", err=True)
        text = ""
