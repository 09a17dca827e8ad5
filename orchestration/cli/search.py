"""`pqr search` and `pqr duplicates`: cases whose messages are near a text, or nearly the same."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.errors import UsageError
from orchestration.wording import counted

if TYPE_CHECKING:
    from orchestration.query.session import LakeSession
    from orchestration.search.duplicates import Duplicates
    from orchestration.search.nearest import Near
    from orchestration.search.vectors import Vectors

World = Annotated[
    str | None, typer.Option(help="Its id or the beginning of it; default: the live one.")
]
_SHOWN_CHARACTERS = 200


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command()(search)
    app.command()(duplicates)


def search(
    text: Annotated[str, typer.Argument(help="What to look for, or - for a text piped in.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="Most cases.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON per case.")] = False,
    world: World = None,
) -> None:
    """Find the cases whose citizens wrote something like a text, the nearest first.

    The score is the cosine of TF-IDF vectors of word stems and pairs of them, 0 to 1: it knows
    words, not meanings. Personal data are masked in what is printed. The first search of a lake
    reads all messages; the vectors are kept in PQR_HOME/search.

    Example: pqr search "me cobraron dos veces" --limit 5
    """
    import sys

    from orchestration.cli.last_resort import plain
    from orchestration.enrichment.words import words_of
    from orchestration.search.nearest import nearest

    written = sys.stdin.read() if text == "-" else text
    words = words_of([written])
    if words.has_digit.all():
        raise UsageError(f"TEXT {plain(written)[:60]!r} has no word to look for: write some words")
    with _messages(world, "pqr search") as (vectors, session):
        found = nearest(vectors, written, limit)
        rows = _described(session, found)
    for row in rows:
        if as_json:
            typer.echo(json.dumps(row, ensure_ascii=False))
        else:
            facts = f"{row['external_id']}  {row['pqrs_type']}  {row['current_status']}"
            typer.echo(plain(f"{row['score']:.4f}  {facts}  {row['text']}"))
    if not rows and not as_json:
        typer.echo("no case has a word of this text")


def duplicates(
    least: Annotated[
        float, typer.Option(min=0.5, max=1.0, help="Least share of common words and pairs.")
    ] = 0.8,
    cases: Annotated[int, typer.Option(min=2, help="Least cases of a group.")] = 2,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Most groups.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON per group.")] = False,
    world: World = None,
) -> None:
    """Find cases whose first messages are nearly the same: copies, petitions that many sign.

    The largest group comes first, named by its smallest ticket_id. The share is that of word stems
    and pairs of them which both messages have, of all that either has. Personal data are masked.

    Example: pqr duplicates --cases 5
    """
    from orchestration.cli.last_resort import plain
    from orchestration.search.duplicates import duplicates as groups_of

    with _messages(world, "pqr duplicates") as (vectors, session):
        groups = [one for one in groups_of(vectors, least) if len(one.ticket_ids) >= cases][:limit]
        texts = {row["ticket_id"]: row for row in _described(session, groups)}
    for group in groups:
        row = texts[str(group.group_id)]
        count, name = len(group.ticket_ids), str(group.group_id)
        if as_json:
            tickets = [str(one) for one in group.ticket_ids]
            facts = {"group_id": name, "cases": count, "ticket_ids": tickets, "text": row["text"]}
            typer.echo(json.dumps(facts, ensure_ascii=False))
        else:
            typer.echo(
                plain(f"{counted(count, 'case', 6)}  {name}  {row['external_id']}  {row['text']}")
            )
    if not groups and not as_json:
        typer.echo(f"no {cases:,} cases share {least:.0%} of the words of their first messages")


@contextmanager
def _messages(world: str | None, context: str) -> "Iterator[tuple[Vectors, LakeSession]]":
    """The vectors of the citizens' messages of a world, and a session to ask what they are."""
    from orchestration.cli.sql import open_session
    from orchestration.lake.cache import ObjectCache
    from orchestration.lake.committed import effective_objects
    from orchestration.lake.store import ObjectStore
    from orchestration.meta.control import connect
    from orchestration.query.session import world_of
    from orchestration.search.vectors import vectors_of
    from orchestration.settings import load_settings

    settings = load_settings()
    with connect(settings, context=context) as connection:
        world_id = world_of(connection, world)
        objects = effective_objects(connection, world_id, "silver", "messages")
        paths = ObjectCache(ObjectStore(settings.s3), settings.object_cache).verified(objects)
        kept = [(ref.sha256, path) for ref, path in zip(objects, paths, strict=True)]
        if not kept:
            raise UsageError(f"world {world_id} has no messages: `pqr run` makes them")
        with open_session(settings, connection, str(world_id)) as session:
            yield vectors_of(settings.home, kept), session


def _described(
    session: "LakeSession", found: "Sequence[Near | Duplicates]"
) -> list[dict[str, Any]]:
    """What is shown of each case, in the order of `found`; the text with personal data masked."""
    from orchestration.enrichment.entities import find_entities, masked
    from orchestration.search.nearest import Near

    if not found:
        return []
    messages = ", ".join(f"'{near.message_id}'" for near in found)
    (result,) = session.run(
        "select messages.message_id::text, messages.ticket_id::text, tickets.external_id,"
        " tickets.pqrs_type, tickets.current_status, messages.text from silver.messages as messages"
        " join silver.tickets as tickets on messages.ticket_id = tickets.ticket_id"
        f" where messages.message_id in ({messages})"
    )
    by_message = {row[0]: row[1:] for row in result.fetchall()}
    rows = []
    for near in found:
        ticket, number, kind, status, text = by_message[str(near.message_id)]
        hidden = " ".join(masked(text, find_entities(text)).split())
        if len(hidden) > _SHOWN_CHARACTERS:
            hidden = hidden[: _SHOWN_CHARACTERS - 1] + "…"
        rows.append(
            {
                "ticket_id": ticket,
                "external_id": number,
                **({"score": near.score} if isinstance(near, Near) else {}),
                "pqrs_type": kind,
                "current_status": status,
                "text": hidden,
            }
        )
    return rows
