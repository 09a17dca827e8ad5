"""A published case as models and people see it, by its number or its ticket_id."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from orchestration.enrichment.summary import Message
from orchestration.errors import UsageError

# Bodies number their cases as they like: one word with a digit in it.
_CASE: Final = re.compile(r"(?=\S*\d)\S+")
_FOUND: Final = """
select
    tickets.external_id, tickets.pqrs_type, tickets.priority, tickets.current_status,
    tickets.municipio,
    (
        select messages.text from silver.messages as messages
        where messages.ticket_id = tickets.ticket_id and messages.role = 'citizen'
        order by messages.ts, messages.message_id
        limit 1
    ) as text,
    array(
        select format(
            '%%s %%s %%s', said.model_type, said.model_version,
            case when said.abstained then 'abstains' else said.predicted_type end
        )
        from silver.preclassification as said
        where said.ticket_id = tickets.ticket_id
        order by said.model_type, said.model_version
    ) as said
from silver.tickets as tickets
where tickets.external_id = %(name)s or tickets.ticket_id::text = lower(%(name)s)
"""
# As bi_reader sees it: the text itself is not granted.
_MESSAGES: Final = """
select tickets.external_id, tickets.ticket_id::text, messages.message_id::text, messages.masked_text
from silver.tickets as tickets
left join core.messages as messages
    on tickets.ticket_id = messages.ticket_id and messages.role = 'citizen'
where tickets.external_id = %(name)s or tickets.ticket_id::text = lower(%(name)s)
order by messages.ts, messages.message_id
"""


@dataclass(frozen=True)
class Case:
    """A published case: what was filed, its first message, and what models said of it then."""

    external_id: str
    pqrs_type: str
    priority: str
    status: str
    municipio: str | None
    text: str
    said: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yield what was filed and published, for people."""
        place = f", {self.municipio}" if self.municipio else ""
        filed = f"filed as {self.pqrs_type} {self.priority}, {self.status}{place}"
        yield f"case {self.external_id}: {filed}"
        for one in self.said:
            yield f"published: {one}"


@dataclass(frozen=True)
class Messages:
    """What citizens wrote in a case, as readers see it.

    Attributes:
        external_id: Number of the case.
        ticket_id: Its identifier.
        written: How many messages citizens have sent.
        read: Those that models have read, personal data masked, in the order of sending.
    """

    external_id: str
    ticket_id: str
    written: int
    read: tuple[Message, ...]


def is_case(name: str) -> bool:
    """Whether this is the number or the ticket_id of a case, and not a text."""
    return _CASE.fullmatch(name.strip()) is not None


def _require_publication(connection: psycopg.Connection) -> None:
    """Say so where nothing is published: the views come with the first publication.

    Raises:
        UsageError: There is no publication.
    """
    if connection.execute("select from meta.live_publication").fetchone() is None:
        raise UsageError("nothing is published yet: `pqr run` publishes the first days")


def case_of(connection: psycopg.Connection, name: str) -> Case:
    """Return a published case.

    Raises:
        UsageError: No case of that name is published, or no citizen has written in it.
    """
    _require_publication(connection)
    row: tuple[Any, ...] | None = connection.execute(_FOUND, {"name": name.strip()}).fetchone()
    if row is None:
        raise UsageError(f"case {name.strip()} is not published: `pqr runs` shows which days are")
    number, kind, priority, status, place, text, said = row
    if text is None:
        raise UsageError(f"case {number} has no message of a citizen: there is nothing to read")
    return Case(number, kind, priority, status, place, text, tuple(said))


def messages_of(connection: psycopg.Connection, name: str) -> Messages:
    """Return the messages of citizens in a published case; a login of readers is enough.

    Raises:
        UsageError: No case of that name is published, or no message of it has been read.
    """
    _require_publication(connection)
    rows = connection.execute(_MESSAGES, {"name": name.strip()}).fetchall()
    if not rows:
        raise UsageError(f"case {name.strip()} is not published: `pqr runs` shows which days are")
    number, ticket_id = rows[0][:2]
    sent = [Message(message_id, text) for _, _, message_id, text in rows if message_id]
    read = tuple(message for message in sent if message.text is not None)
    if not sent:
        raise UsageError(f"case {number} has no message of a citizen: there is nothing to read")
    if not read:
        raise UsageError(
            f"case {number}: models have not read its messages, so they are not shown: a run"
            " without PQR_ENRICHMENT=off reads them"
        )
    return Messages(number, ticket_id, len(sent), read)
