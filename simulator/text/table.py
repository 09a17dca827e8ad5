"""Phrase tables: templates cut at their slots, in every noise variant, as arrow columns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.text.choice import I64, U64, pick_low
from simulator.text.columns import text_column
from simulator.text.noise import noise_variants
from simulator.text.source import BankError

_SLOT = re.compile(r"\{([a-z_]*)\}")
Columns = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ValueTable:
    """What may stand in a slot: item by grammatical form by noise variant, and a blank at the end.

    `values` is laid out [form][item][variant].
    """

    values: pa.Array
    items: int

    @property
    def blank(self) -> int:
        """Index of the empty string."""
        return len(self.values) - 1


@dataclass(frozen=True)
class PhraseTable:
    """Phrases in groups, each phrase cut into literals around its slots.

    Attributes:
        starts: Where a group's members begin in `members`, by group.
        counts: How many members a group has, by group.
        members: Phrase indices, group after group; a phrase may belong to several groups.
        literals: One arrow column more than there are slot columns, laid out [phrase][variant]
            with an empty string at the end.
        forms: For each slot column, the form a phrase asks for, or -1 where it has no such slot.
    """

    starts: I64
    counts: I64
    members: I64
    literals: tuple[pa.Array, ...]
    forms: tuple[I64, ...]

    @property
    def blank(self) -> int:
        """Index of the empty string in every literal column."""
        return len(self.literals[0]) - 1

    def choose(self, group: I64, draws: U64) -> I64:
        """Choose a phrase of each row's group with the low half of its draw.

        The high half is left to decide whether the phrase is said at all.
        """
        place = self.starts[group] + pick_low(draws, self.counts[group])
        chosen: I64 = self.members[place]
        return chosen


def build_values(
    forms: Sequence[Sequence[str]],
    abbreviations: Mapping[str, str],
    *,
    misspells: bool = True,
) -> ValueTable:
    """Make the slot values: one sequence a grammatical form, all of the same items."""
    flat = [
        variant
        for form in forms
        for item in form
        for variant in noise_variants(item, abbreviations, misspells=misspells)
    ]
    return ValueTable(text_column([*flat, ""]), len(forms[0]))


def build_table(
    where: str,
    groups: Sequence[Sequence[str]],
    columns: Columns,
    abbreviations: Mapping[str, str],
    *,
    before: str = "",
    after: str = "",
) -> PhraseTable:
    """Cut every phrase at its slots and make its noise variants.

    Args:
        where: File and entry, for messages.
        groups: The phrases of each group; none may be empty.
        columns: Slot columns in the order in which a phrase may use them, each with the slot
            names that it answers to (its grammatical forms).
        abbreviations: What the chat variant shortens.
        before: Put before every phrase, untouched by noise.
        after: Put after every phrase, untouched by noise.

    Raises:
        BankError: An empty group, an unknown slot, or slots out of order.
    """
    phrases = list(dict.fromkeys(phrase for group in groups for phrase in group))
    position = {phrase: index for index, phrase in enumerate(phrases)}
    for number, group in enumerate(groups):
        if not group:
            raise BankError(where, f"group {number} has no phrases")
    literals: list[list[str]] = [[] for _ in range(len(columns) + 1)]
    forms = np.full((len(columns), len(phrases)), -1, dtype=np.int64)
    for index, phrase in enumerate(phrases):
        pieces = _cut(where, phrase, columns, forms[:, index])
        for column, piece in enumerate(pieces):
            literals[column].extend(
                (before if column == 0 else "")
                + variant
                + (after if column == len(columns) else "")
                for variant in noise_variants(piece, abbreviations)
            )
    counts = np.array([len(group) for group in groups], dtype=np.int64)
    return PhraseTable(
        starts=np.cumsum(counts) - counts,
        counts=counts,
        members=np.array([position[p] for group in groups for p in group], dtype=np.int64),
        literals=tuple(text_column([*column, ""]) for column in literals),
        forms=tuple(forms),
    )


def _cut(where: str, phrase: str, columns: Columns, forms: I64) -> list[str]:
    """Split a phrase into len(columns) + 1 literals and note the form of each slot it uses."""
    pieces = [""] * (len(columns) + 1)
    parts = _SLOT.split(phrase)
    pieces[0] = parts[0]
    last = -1
    for slot, before, literal in zip(parts[1::2], parts[0::2], parts[2::2], strict=False):
        column = next((i for i, names in enumerate(columns) if slot in names), None)
        if column is None:
            raise BankError(where, f"unknown slot {{{slot}}} in: {phrase}")
        if f"de_{slot}" in columns[column] and before.endswith((" de ", " a ")):
            raise BankError(where, f"write {{de_{slot}}} or {{a_{slot}}} in: {phrase}")
        if column <= last:
            raise BankError(where, f"slot {{{slot}}} comes too late or twice in: {phrase}")
        forms[column] = columns[column].index(slot)
        pieces[column + 1] = literal
        last = column
    return pieces
