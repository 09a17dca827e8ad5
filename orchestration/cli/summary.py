"""`pqr summary`: the sentences of a case that say most."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.errors import UsageError
from orchestration.wording import counted

if TYPE_CHECKING:
    from orchestration.enrichment.published import Messages
    from orchestration.enrichment.summary import Sentence


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(summary)


def summary(
    case: Annotated[str, typer.Argument(help="The number or ticket_id of a published case.")],
    sentences: Annotated[int, typer.Option(min=1, max=20, help="Most sentences.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON per sentence.")] = False,
) -> None:
    """Print the sentences of a case that say most: what is asked for, what happened, when.

    They are taken from the messages of citizens as readers see them, personal data masked, and
    each names its message and the characters in core.messages.masked_text where it stands.

    Example: pqr summary PQR-20250901-00048
    """
    from orchestration.cli.last_resort import plain
    from orchestration.enrichment.published import is_case, messages_of
    from orchestration.enrichment.summary import summary_of, summary_version
    from orchestration.meta.connection import open_connection
    from orchestration.settings import load_settings

    if not is_case(case):
        raise UsageError(
            f"CASE {plain(case)[:60]!r} is not the number of a case, such as PQR-20250901-00048,"
            " nor a ticket_id"
        )
    settings = load_settings()
    with open_connection(settings.postgres.reader_dsn, context="pqr summary") as connection:
        found = messages_of(connection, case)
    chosen = summary_of(found.read, sentences)
    for line in (_as_json if as_json else _as_text)(found, chosen, summary_version()):
        typer.echo(line)


def _as_json(found: "Messages", chosen: "list[Sentence]", version: str) -> Iterator[str]:
    named = {"ticket_id": found.ticket_id, "external_id": found.external_id}
    for one in chosen:
        row = {**named, **one._asdict(), "summary_version": version}
        yield json.dumps(row, ensure_ascii=False)


def _as_text(found: "Messages", chosen: "list[Sentence]", version: str) -> Iterator[str]:
    from orchestration.cli.last_resort import plain
    from orchestration.enrichment.summary import is_long

    characters = sum(len(message.text) for message in found.read)
    size = "a long case" if is_long(found.read) else "a short case"
    yield (
        f"case {found.external_id}: {len(found.read)} of"
        f" {counted(found.written, 'message')} of citizens read,"
        f" {counted(characters, 'character')}, {size}; summary {version}"
    )
    for one in chosen:
        yield plain(f"{one.message_id} {one.start:,} to {one.end:,}: {one.text}")
    if not chosen:
        yield "no sentence in what was written"
