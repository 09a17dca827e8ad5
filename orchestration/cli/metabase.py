"""`pqr metabase`: the instance and its content."""

from typing import Annotated

import typer

from orchestration.settings import load_settings
from orchestration.wording import counted

group = typer.Typer(help="Metabase as code: its content lives in infra/local/metabase.")


DEFAULT_URL = "http://127.0.0.1:3000"
Email = Annotated[str, typer.Option(envvar="METABASE_ADMIN_EMAIL", help="Administrator.")]
Password = Annotated[
    str, typer.Option(envvar="METABASE_ADMIN_PASSWORD", help="Better in the environment.")
]
Url = Annotated[str, typer.Option(envvar="METABASE_URL", help="Where it answers.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.add_typer(group, name="metabase", no_args_is_help=True)


@group.command()
def provision(
    email: Email,
    password: Password,
    url: Url = DEFAULT_URL,
    wait: Annotated[float, typer.Option(help="Seconds that a start may take.")] = 120,
) -> None:
    """Bring a running Metabase to the content of the files. A second time changes nothing.

    Example: pqr metabase provision --email ana@example.org --url http://127.0.0.1:3000
    """
    from orchestration.bi.client import MetabaseClient
    from orchestration.bi.content import load_content
    from orchestration.bi.descriptions import read_descriptions
    from orchestration.bi.provision import Administrator
    from orchestration.bi.provision import provision as bring_up
    from orchestration.settings.postgres_url import parse_postgres_url

    dsn = load_settings().postgres.reader_dsn
    reader = parse_postgres_url("PQR_POSTGRES_READER_DSN", dsn)
    bring_up(
        MetabaseClient(url),
        load_content(),
        Administrator(email, password),
        reader,
        typer.echo,
        wait,
        read_descriptions(dsn),
    )


@group.command()
def diff(email: Email, password: Password, url: Url = DEFAULT_URL) -> None:
    """Say what a running Metabase shows otherwise than the files; changes nothing.

    Exit code 1 when there is a difference.

    Example: pqr metabase diff --email ana@example.org
    """
    from orchestration.bi.client import MetabaseClient
    from orchestration.bi.content import load_content
    from orchestration.bi.diff import differences
    from orchestration.bi.provision import Administrator

    found = list(differences(MetabaseClient(url), load_content(), Administrator(email, password)))
    for line in found:
        typer.echo(line)
    if found:
        raise typer.Exit(1)
    typer.echo("no difference")


@group.command()
def verify(email: Email, password: Password, url: Url = DEFAULT_URL) -> None:
    """Let a running Metabase run every question; the first that fails ends it.

    Example: pqr metabase verify --email ana@example.org
    """
    from orchestration.bi.client import MetabaseClient
    from orchestration.bi.content import load_content
    from orchestration.bi.diff import verify as run_all
    from orchestration.bi.provision import Administrator

    for run in run_all(MetabaseClient(url), load_content(), Administrator(email, password)):
        typer.echo(f"{counted(run.rows, 'row', 6)}  {run.milliseconds:>6} ms  {run.name}")


@group.command()
def validate() -> None:
    """Check the content files, and run each question's SQL as bi_reader on what is published.

    Example: pqr metabase validate
    """
    from orchestration.bi.content import load_content
    from orchestration.bi.validate import validate as run_questions

    for answer in run_questions(load_content(), load_settings().postgres.reader_dsn):
        typer.echo(
            f"{counted(answer.rows, 'row', 6)}  {answer.filtered_rows:>6} filtered"
            f"  {answer.milliseconds:>5} ms  {answer.name}"
        )
