"""The tables of what follows an opening: the citizen's later messages and the agent's replies."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from simulator.text.intents import REGISTERS
from simulator.text.source import check_keys, every_type, phrases, read_mapping
from simulator.text.table import Columns, PhraseTable, build_table
from simulator.text.topics import SUPPORT_FORMS, TOPIC_FORMS, Topics

# `kind` arguments are indices into these.
FOLLOWUP_KINDS = ("answer_hold", "ask_status", "thanks", "reopen")
REPLY_KINDS = ("ack", "progress", "request_info", "answer", "closing_note", "reopen_ack")
THANKS = FOLLOWUP_KINDS.index("thanks")
ANSWER = REPLY_KINDS.index("answer")
CASE_COLUMNS: Columns = (("radicado",), SUPPORT_FORMS, TOPIC_FORMS)
NAME_COLUMNS: Columns = (("nombre",),)


@dataclass(frozen=True)
class ConversationTables:
    """Phrase tables of later messages, with how their groups are numbered.

    Attributes:
        followup: By kind * 2 + register.
        greeting: By register.
        body: By kind * 4 + type.
        answer: By topic * 4 + type.
        closing: By register.
    """

    followup: PhraseTable
    greeting: PhraseTable
    body: PhraseTable
    answer: PhraseTable
    closing: PhraseTable


def load_conversations(
    folder: Path, topics: Topics, abbreviations: Mapping[str, str]
) -> ConversationTables:
    """Read followups.yaml and replies.yaml and lay out the tables.

    Raises:
        BankError: A key or phrase that does not fit.
    """
    path = folder / "followups.yaml"
    content = read_mapping(path, FOLLOWUP_KINDS)
    followups = [
        group
        for kind in FOLLOWUP_KINDS
        for group in _by_register(f"{path.name}.{kind}", content[kind])
    ]
    path = folder / "replies.yaml"
    replies = read_mapping(path, ("greetings", *REPLY_KINDS, "closings"))
    bodies = [
        group for kind in REPLY_KINDS for group in every_type(f"{path.name}.{kind}", replies[kind])
    ]

    def table(
        key: str, groups: list[tuple[str, ...]], columns: Columns = (), before: str = " "
    ) -> PhraseTable:
        return build_table(key, groups, columns, abbreviations, before=before)

    greetings = _by_register(f"{path.name}.greetings", replies["greetings"])
    closings = _by_register(f"{path.name}.closings", replies["closings"])
    answers = [group for topic in topics.answers for group in topic]
    return ConversationTables(
        followup=table("followups.yaml", followups, CASE_COLUMNS, before=""),
        greeting=table("replies.yaml.greetings", greetings, NAME_COLUMNS, before=""),
        body=table("replies.yaml", bodies, CASE_COLUMNS),
        answer=table("topics.yaml.answers", answers),
        closing=table("replies.yaml.closings", closings),
    )


def _by_register(where: str, content: object) -> list[tuple[str, ...]]:
    entries = check_keys(where, content, REGISTERS)
    return [tuple(phrases(f"{where}.{r}", entries[r])) for r in REGISTERS]
