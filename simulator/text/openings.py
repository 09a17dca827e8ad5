"""The tables of a citizen's first message, from openings.yaml, the intents and the topics."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.text.choice import I64
from simulator.text.intents import REGISTERS, Intents
from simulator.text.registers import CHANNELS
from simulator.text.source import check_keys, every_type, phrases, read_mapping
from simulator.text.table import Columns, PhraseTable, build_table
from simulator.text.topics import TOPIC_FORMS, Topics

# The contract's order; `priority` arguments are indices into it.
PRIORITIES = ("alta", "media", "baja")
SUBJECT_PREFIX = "Asunto: "
FACT_COLUMNS: Columns = (("municipio",), ("dia",))
RADICADO_COLUMNS: Columns = (("radicado",),)
SIGNATURE_COLUMNS: Columns = (("nombre",), ("documento",), ("telefono", "correo"))
HOURS = 24
# Greetings that belong to a part of the day; the others are good at any hour.
_DAYPARTS = (("buenos días",), ("buenas tardes",), ("buenas noches",))
_DAYPART_OF_HOUR = np.repeat(np.arange(len(_DAYPARTS)), (12, 6, 6))
_KEYS = (
    "subjects",
    "greetings",
    "fillers",
    "pauses",
    "mixed",
    "facts",
    "radicados",
    "priority",
    "distractors",
    "closings",
    "signatures",
)


@dataclass(frozen=True)
class OpeningTables:
    """Phrase tables of an opening, with how their groups are numbered.

    Attributes:
        subject: By type.
        greeting: By channel * 3 + part of the day, as `by_daypart` counts.
        filler: One group: how a caller starts.
        pause: One group: how a caller goes on.
        intent: By family * 2 + register, families counted through all types.
        family_offsets: Where the families of a type begin in that count.
        context: By item * 4 + type, items counted through all topics.
        mixed: By register * 4 + type of the second intent.
        fact: By register * 4 + type.
        radicado: By register * 4 + type.
        priority: By (priority * topics + topic) * 4 + type.
        distractor: By type.
        closing: By channel.
        signature: By channel.
    """

    subject: PhraseTable
    greeting: PhraseTable
    filler: PhraseTable
    pause: PhraseTable
    intent: PhraseTable
    family_offsets: I64
    context: PhraseTable
    mixed: PhraseTable
    fact: PhraseTable
    radicado: PhraseTable
    priority: PhraseTable
    distractor: PhraseTable
    closing: PhraseTable
    signature: PhraseTable


def load_openings(
    path: Path,
    intents: Intents,
    topics: Topics,
    abbreviations: Mapping[str, str],
    line_break: str,
) -> OpeningTables:
    """Read openings.yaml and lay out the tables.

    Args:
        path: The file.
        intents: Families by type.
        topics: Topics with their sentences.
        abbreviations: What the chat variant shortens.
        line_break: What parts the subject from the body.

    Raises:
        BankError: A key or phrase that does not fit.
    """
    content = read_mapping(path, _KEYS)

    def table(
        key: str,
        groups: list[tuple[str, ...]],
        columns: Columns = (),
        before: str = " ",
        after: str = "",
    ) -> PhraseTable:
        where = f"{path.name}.{key}"
        return build_table(where, groups, columns, abbreviations, before=before, after=after)

    def one_group(key: str) -> list[tuple[str, ...]]:
        return [tuple(phrases(f"{path.name}.{key}", content[key]))]

    def by_type(key: str) -> list[tuple[str, ...]]:
        return list(every_type(f"{path.name}.{key}", content[key]))

    def by_channel(key: str) -> list[tuple[str, ...]]:
        entries = check_keys(f"{path.name}.{key}", content[key], CHANNELS)
        return [tuple(phrases(f"{path.name}.{key}.{c}", entries[c])) for c in CHANNELS]

    def by_register(key: str) -> list[tuple[str, ...]]:
        entries = check_keys(f"{path.name}.{key}", content[key], REGISTERS)
        return [g for r in REGISTERS for g in every_type(f"{path.name}.{key}.{r}", entries[r])]

    wordings = [w for listed in intents.families for family in listed for w in family.wordings]
    counts = np.array([len(listed) for listed in intents.families], dtype=np.int64)
    priority = check_keys(f"{path.name}.priority", content["priority"], PRIORITIES)
    urgency = [every_type(f"{path.name}.priority.{p}", priority[p]) for p in PRIORITIES]
    topic_columns: Columns = (TOPIC_FORMS,)
    return OpeningTables(
        subject=table("subjects", by_type("subjects"), topic_columns, SUBJECT_PREFIX, line_break),
        greeting=table("greetings", _at_its_hour(by_channel("greetings")), before="", after=" "),
        filler=table("fillers", one_group("fillers"), before="", after=" "),
        pause=table("pauses", one_group("pauses")),
        intent=table("intents", wordings, topic_columns, before=""),
        family_offsets=np.cumsum(counts) - counts,
        context=table("context", [group for item in topics.context for group in item]),
        mixed=table("mixed", by_register("mixed")),
        fact=table("facts", by_register("facts"), FACT_COLUMNS),
        radicado=table("radicados", by_register("radicados"), RADICADO_COLUMNS),
        priority=table("priority", _by_priority(urgency, topics)),
        distractor=table("distractors", by_type("distractors")),
        closing=table("closings", by_channel("closings")),
        signature=table("signatures", by_channel("signatures"), SIGNATURE_COLUMNS),
    )


def _by_priority(
    urgency: list[tuple[tuple[str, ...], ...]], topics: Topics
) -> list[tuple[str, ...]]:
    """Add each topic's own reasons of haste to the general ones of high priority."""
    return [
        group + (pressing if level == 0 else ())
        for level, groups in enumerate(urgency)
        for pressing in topics.alta
        for group in groups
    ]


def by_daypart(channel: I64, hour: I64) -> I64:
    """Return the group of greetings for a channel and a local hour, 0 to 23."""
    return channel * len(_DAYPARTS) + _DAYPART_OF_HOUR[hour]


def _at_its_hour(by_channel: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Part each channel's greetings by morning, afternoon and night."""
    return [
        tuple(
            phrase
            for phrase in phrases_
            if not any(
                words in phrase.lower()
                for other in _DAYPARTS
                if other is not daypart
                for words in other
            )
        )
        for phrases_ in by_channel
        for daypart in _DAYPARTS
    ]
