"""`pqr metabase`: the instance and its content."""

from typing import Annotated

import typer

from orchestration.settings import load_settings

group = typer.Typer(help="Metabase as code: its content lives in infra/local/metabase.")


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.add_typer(group, name="metabase", no_args_is_help=True)


@group.command()
def provision(
    email: Annotated[str, typer.Option(envvar="METABASE_ADMIN_EMAIL", help="Administrator.")],
    password: Annotated[
        str, typer.Option(envvar="METABASE_ADMIN_PASSWORD", help="Better in the environment.")
    ],
    url: Annotated[str, typer.Option(envvar="METABASE_URL")] = "http://127.0.0.1:3000",
    wait: Annotated[float, typer.Option(help="Seconds that a start may take.")] = 120,
) -> None:
    """Bring a running Metabase to the content of the files. A second time changes nothing.

    Example: pqr metabase provision --email ana@example.org --url http://127.0.0.1:3000
    """
    from orchestration.bi.client import MetabaseClient
    from orchestration.bi.content import load_content
    from orchestration.bi.provision import Administrator
    from orchestration.bi.provision import provision as bring_up
    from orchestration.settings.endpoints import parse_postgres_url

    reader = parse_postgres_url("PQR_POSTGRES_READER_DSN", load_settings().postgres.reader_dsn)
    bring_up(
        MetabaseClient(url),
        load_content(),
        Administrator(email, password),
        reader,
        typer.echo,
        wait,
    )


@group.command()
def validate() -> None:
    """Check the content files, and run each question's SQL as bi_reader on what is published.

    Example: pqr metabase validate
    """
    from orchestration.bi.content import load_content
    from orchestration.bi.validate import validate as run_questions

    for answer in run_questions(load_content(), load_settings().postgres.reader_dsn):
        typer.echo(f"{answer.rows:>6} rows  {answer.filtered_rows:>6} filtered  {answer.name}")
