"""The number of a case, its radicado: what names a case, what cannot, and what looks alike."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID, uuid5

from orchestration.ingest.account import Reason
from orchestration.ingest.cells import Cells
from orchestration.ingest.damage import Rejected
from orchestration.ingest.dates import MONTHS
from orchestration.ingest.life import Case
from orchestration.ingest.mapping import CsvMapping
from orchestration.ingest.sheet import DateText
from orchestration.ingest.table import Row
from orchestration.ingest.text import (
    folded,
    has_control_characters,
    is_damaged,
    listed,
    normalised,
)

_SHOWN: Final = 5
_ROUNDED: Final = re.compile(r"\d(?:[.,]\d+)?E\+?\d+|\d+[.,]00?", re.IGNORECASE)
# What Excel shows of a number that does not fit its column, and of a formula that fails.
_ERROR_OF_EXCEL: Final = re.compile(r"#(?:#+|[¡¿]?[A-Z0-9/]+[!?]|N/[AD])")
_NO_NUMBER: Final = frozenset(
    ("s n", "sn", "sin numero", "sin radicado", "sin radicar", "sin asignar", "por asignar",
     "no tiene", "pendiente")
)  # fmt: skip


def require_number(column: str, value: str, cell: str, *, is_time: bool) -> None:
    """Refuse what cannot tell cases apart.

    Args:
        column: Of the mapping's key.
        value: The number as it is compared.
        cell: What it was read from.
        is_time: Whether the column is a date of the case, which may be part of what names it.

    Raises:
        Rejected: KEY_EMPTY, KEY_ROUNDED or KEY_IS_DATE.
    """
    stands_for_one = folded(value) in _NO_NUMBER or _ERROR_OF_EXCEL.fullmatch(value)
    if not value or (stands_for_one and not is_time):
        raise Rejected(Reason.KEY_EMPTY, column, value or cell, "a number for every case")
    if is_rounded(value):
        accepted = "all its digits alone: make the column text before the file is saved"
        raise Rejected(Reason.KEY_ROUNDED, column, value, accepted)
    if not is_time and (isinstance(cell, DateText) or _is_date_of_excel(value)):
        accepted = "a number: Excel made a date of it; make the column text and write it again"
        raise Rejected(Reason.KEY_IS_DATE, column, value, accepted)


def is_rounded(value: str) -> bool:
    """Whether a spreadsheet has cut a number of many digits, or took it for a measure."""
    return _ROUNDED.fullmatch(value) is not None


def ticket_of(world_id: UUID, key: Sequence[str]) -> UUID:
    """The case that a number names in a world."""
    return uuid5(world_id, json.dumps(list(key), ensure_ascii=False))


def ticket_of_damaged(
    world_id: UUID, mapping: CsvMapping, columns: Sequence[str], row: Row
) -> UUID | None:
    """The case of a row that is damaged elsewhere than in its number; else None.

    Args:
        world_id: The world of the delivery.
        mapping: What the columns mean.
        columns: Of the table, normalised.
        row: Of the table.
    """
    key = [normalised(column) for column in mapping.key]
    if len(row.cells) != len(columns) or row.detail in key:
        return None
    raw = dict(zip(columns, row.cells, strict=True))
    # Counts of its own: nothing is said of the cells of a row that is set aside.
    cells = Cells(mapping.said())
    numbers = []
    for column in key:
        number = cells.read(column, raw[column])
        if is_damaged(number) or has_control_characters(number):
            return None
        try:
            require_number(column, number, raw[column], is_time=column in mapping.time_columns())
        except Rejected:
            return None
        numbers.append(number)
    return ticket_of(world_id, numbers)


def alike(world_id: UUID, case: Case) -> Iterator[UUID]:
    """The cases whose number differs from that of `case` in capital letters or leading zeros."""
    key = case.key
    for other in (str.upper, str.lower, _without_zeros):
        ticket = ticket_of(world_id, [other(part) for part in key])
        if ticket != case.ticket:
            yield ticket


def notes_of_alike(cases: Sequence[Case]) -> Iterator[str]:
    """A note on the numbers of a delivery that differ in capital letters or leading zeros alone."""
    found = defaultdict(list)
    for case in cases:
        found[tuple(_without_zeros(part.casefold()) for part in case.key)].append(case)
    pairs = [
        " and ".join(f"{case.name} ({case.file}:{case.line})" for case in some)
        for some in found.values()
        if len(some) > 1
    ]
    if pairs:
        yield (
            "numbers that differ in capital letters or leading zeros are different cases:"
            f" {listed(pairs, _SHOWN)}"
        )


def _is_date_of_excel(value: str) -> bool:
    """1-may, may-25: how Excel writes the date that it made of 1-5. MAY-25 it does not write."""
    parts = value.split("-")
    return len(parts) == 2 and any(
        day.isdigit() and len(day) <= 2 and not month.isupper() and folded(month) in MONTHS
        for day, month in (parts, parts[::-1])
    )


def _without_zeros(part: str) -> str:
    return part.lstrip("0") if part.isdigit() else part
