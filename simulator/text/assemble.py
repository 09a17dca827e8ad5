"""Taking phrases and slot values as arrow columns and joining them into texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.text.choice import I64, U64, Bool, happens
from simulator.text.columns import NO_TEXT, POOL, flag_column, index_column, numbers, text_column
from simulator.text.noise import VARIANTS, name_variants
from simulator.text.table import PhraseTable, ValueTable

_VARIANTS = len(VARIANTS)


@dataclass(frozen=True)
class Chosen:
    """A slot filled from a table: the item of each row."""

    table: ValueTable
    item: I64


@dataclass(frozen=True)
class Given:
    """A slot filled with each row's own text, untouched by noise (numbers)."""

    text: pa.Array


Filling = Chosen | Given


def chosen_name(names: pa.Array) -> Chosen:
    """Fill a slot with municipalities or dates, so few that their noise variants are cached."""
    encoded = names if pa.types.is_dictionary(names.type) else names.dictionary_encode()
    table = _name_table(tuple(encoded.dictionary.to_pylist()))
    return Chosen(table, numbers(encoded.indices))


@lru_cache(maxsize=16)
def _name_table(names: tuple[str, ...]) -> ValueTable:
    """Lay out names in every noise variant; callers give the same few lists again and again."""
    flat = [variant for name in names for variant in name_variants(name)]
    return ValueTable(text_column([*flat, ""]), len(names))


def pieces(
    table: PhraseTable,
    phrase: I64,
    variant: I64,
    fillings: Sequence[Filling] = (),
    said: Bool | None = None,
) -> list[pa.Array]:
    """Take a phrase a row, cut at its slots, with the slots filled.

    Args:
        table: The phrases.
        phrase: (n,) phrase of each row.
        variant: (n,) noise variant of each row.
        fillings: One for each slot column of the table.
        said: (n,) rows where the phrase stands at all; every row by default.

    Returns:
        Arrow columns to be joined in this order.
    """
    place = phrase * _VARIANTS + variant
    if said is not None:
        place = np.where(said, place, table.blank)
    columns = [_take(table.literals[0], place)]
    for forms, literal, filling in zip(table.forms, table.literals[1:], fillings, strict=True):
        form = forms[phrase]
        if said is not None:
            form = np.where(said, form, -1)
        columns.append(_fill(filling, form, variant))
        columns.append(_take(literal, place))
    return columns


def _fill(filling: Filling, form: I64, variant: I64) -> pa.Array:
    if isinstance(filling, Given):
        return pc.if_else(flag_column(form >= 0), filling.text, NO_TEXT)
    values = filling.table
    place = (form * values.items + filling.item) * _VARIANTS + variant
    return _take(values.values, np.where(form >= 0, place, values.blank))


def _take(column: pa.Array, place: I64) -> pa.Array:
    return pc.take(column, index_column(place), boundscheck=False, memory_pool=POOL)


@dataclass(frozen=True)
class Speaker:
    """One message a row: how each is written, and the draws that choose its words.

    Attributes:
        draws: (n, k) draws; a column serves one part of the message.
        variant: (n,) noise variant.
    """

    draws: U64
    variant: I64

    def say(
        self,
        table: PhraseTable,
        group: I64,
        draw: int,
        *fillings: Filling,
        said: Bool | None = None,
        share: I64 | int | None = None,
    ) -> list[pa.Array]:
        """Take a phrase of each row's group.

        Args:
            table: The phrases.
            group: (n,) group of each row.
            draw: Column of `draws`: its low half chooses the phrase, its high half whether it is
                said where a share is given.
            fillings: One for each slot column of the table.
            said: (n,) rows where it is said; every row by default.
            share: Percent of the rows where it is said, one for all or one a row.

        Returns:
            Arrow columns to be joined in this order.
        """
        draws = self.draws[:, draw]
        if share is not None:
            by_chance = happens(draws, share)
            said = by_chance if said is None else said & by_chance
        return pieces(table, table.choose(group, draws), self.variant, fillings, said)


def joined(columns: Sequence[pa.Array]) -> pa.Array:
    """Join columns into one text a row."""
    return pc.binary_join_element_wise(*columns, NO_TEXT, memory_pool=POOL)
