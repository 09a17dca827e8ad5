"""The phrase bank: every phrase file read, checked and laid out for rendering."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.text.choice import I64
from simulator.text.conversations import ConversationTables, load_conversations
from simulator.text.intents import Intents, load_intents
from simulator.text.names import load_names, mail_addresses, phones
from simulator.text.openings import OpeningTables, load_openings
from simulator.text.registers import Registers, load_registers
from simulator.text.table import ValueTable, build_values
from simulator.text.topics import Topics, load_topics, with_prepositions

PHRASES = Path(__file__).parent / "phrases"


@dataclass(frozen=True)
class NounTable:
    """The nouns of every topic as slot values, and where each topic's begin."""

    values: ValueTable
    starts: I64
    counts: I64


@dataclass(frozen=True)
class TextBank:
    """All that the rendering functions need; the same files always give the same bank.

    Attributes:
        intents: Families of wordings by type; `family` arguments index `intents.families[type]`.
        topics: Topics; `topic` arguments index `topics.names`.
        registers: How people write in each channel.
        openings: Tables of a first message.
        conversations: Tables of later messages.
        subjects: What a case may be about, by topic.
        supports: What an entity may ask for, by topic.
        people: Names.
        contacts: Phone numbers and mail addresses, of the same people in the same order.
        family_counts: (4,) families of each type.
        family_lots: What families are drawn from, type after type.
        lot_starts: (4,) where a type's lots begin.
        lot_counts: (4,) how many lots a type has.
        line_break: What parts the subject from the body.
    """

    intents: Intents
    topics: Topics
    registers: Registers
    openings: OpeningTables
    conversations: ConversationTables
    subjects: NounTable
    supports: NounTable
    people: ValueTable
    contacts: ValueTable
    family_counts: I64
    family_lots: I64
    lot_starts: I64
    lot_counts: I64
    line_break: str


def load_bank(folder: Path = PHRASES, *, line_break: str = "\n") -> TextBank:
    """Read the phrase files.

    Args:
        folder: Where they are.
        line_break: What parts a mail's subject from its body. A writer of raw JSON lines may give
            the two characters of its escape, and then need not escape any text at all.

    Raises:
        BankError: A file that cannot be used; the message names the file and the entry.
    """
    registers = load_registers(folder / "registers.yaml")
    short = registers.abbreviations
    intents = load_intents(folder)
    topics = load_topics(folder / "topics.yaml")
    names = load_names(folder / "names.yaml")
    lots = intents.lots()
    lot_counts = np.array([len(listed) for listed in lots], dtype=np.int64)
    return TextBank(
        intents=intents,
        topics=topics,
        registers=registers,
        openings=load_openings(folder / "openings.yaml", intents, topics, short, line_break),
        conversations=load_conversations(folder, topics, short),
        subjects=_nouns(topics.items, short),
        supports=_nouns(topics.supports, short),
        people=build_values([names], {}, misspells=False),
        contacts=build_values([phones(len(names)), mail_addresses(names)], {}, misspells=False),
        family_counts=np.array([len(listed) for listed in intents.families], dtype=np.int64),
        family_lots=np.array([family for listed in lots for family in listed], dtype=np.int64),
        lot_starts=np.cumsum(lot_counts) - lot_counts,
        lot_counts=lot_counts,
        line_break=line_break,
    )


def _nouns(by_topic: Sequence[Sequence[str]], abbreviations: Mapping[str, str]) -> NounTable:
    counts = np.array([len(nouns) for nouns in by_topic], dtype=np.int64)
    flat = [noun for nouns in by_topic for noun in nouns]
    values = build_values(with_prepositions(flat), abbreviations)
    return NounTable(values=values, starts=np.cumsum(counts) - counts, counts=counts)
