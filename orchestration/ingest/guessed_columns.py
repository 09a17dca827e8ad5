"""Which column is which field, guessed from names and values."""

from collections.abc import Mapping, Sequence
from typing import Final

from orchestration.ingest.fields import MAX_STRING_CHARACTERS
from orchestration.ingest.guessed_times import LEAST_READ, NEARLY_ALL, formats_of
from orchestration.ingest.guessed_words import (
    dates_among,
    is_named_like_a_closing,
    name_of,
    value_of,
)
from orchestration.ingest.guesses import UNLIKE, WORDS
from orchestration.ingest.numbers import is_rounded
from orchestration.ingest.skipped import why_skipped
from orchestration.ingest.table import Table

_SAMPLE: Final = 1000


def columns_of(name: str, table: Table) -> dict[str, list[str]]:
    """The cells of each column that hold something, in the first rows and some of the others.

    Those of rows that are skipped, as totals are, say nothing of a case.
    """
    skipped = why_skipped(name, table)
    rows = [row for row in table.rows if row.line not in skipped]
    # The newest cases may come first, and none of them be closed.
    step = max(1, len(rows) // _SAMPLE)
    sample = [*rows[:_SAMPLE], *rows[_SAMPLE::step]]
    whole = [row.cells for row in sample if len(row.cells) == len(table.columns)]
    return {
        column: [cells[n].strip() for cells in whole if cells[n].strip()]
        for n, column in enumerate(table.columns)
        if column
    }


def chosen(cells: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Field to column. A column named like a time must hold dates, any other must not.

    What is named like a field is taken although some of its values cannot be read; from a header
    alone, whatever is.
    """
    found: dict[str, str] = {}
    is_empty = not any(cells.values())
    for field, words in WORDS.items():
        free = [column for column in cells if column not in found.values()]
        if field == "responded_at" and _is_of_answers(found.get("closed_at", "")):
            continue

        def fits(column: str, word: str, field: str = field) -> bool:
            # "fecha" alone names no field.
            least = LEAST_READ if " " in word or name_of(column) == word else NEARLY_ALL
            return is_empty or _may_be(field, column, cells[column], least)

        exact = [c for word in words for c in free if name_of(c) == word and fits(c, word)]
        near = [
            c
            for word in words
            for c in free
            if len(word) > 3 and word in name_of(c) and not _is_unlike(field, c) and fits(c, word)
        ]
        if able := [*exact, *near]:
            # "Tipo de persona" is no type of case, whichever stands first.
            found[field] = next((c for c in able if _is_understood(field, cells[c])), able[0])
    return found


def without_long(
    cells: Mapping[str, Sequence[str]], fields: Mapping[str, str]
) -> dict[str, list[str]]:
    """The cells without those that are too long for a value of a case, in columns of a field.

    YAML reads no key of more than 1,024 characters.
    """
    named = set(fields.values())
    return {
        column: [t for t in texts if column not in named or len(t) <= MAX_STRING_CHARACTERS]
        for column, texts in cells.items()
    }


def _is_unlike(field: str, column: str) -> bool:
    """Whether a column that is named like a field is named like something else, too."""
    return any(word in name_of(column) for word in UNLIKE.get(field, ()))


def _is_of_answers(closing: str) -> bool:
    """Whether the column of closings is named like one of answers, or there is none."""
    return not closing or any(word in name_of(closing) for word in WORDS["responded_at"])


def _is_understood(field: str, values: Sequence[str]) -> bool:
    """Whether values name those of a field by their words: at least half; of outcomes, one."""
    if field not in ("source_channel", "pqrs_type", "outcome"):
        return True
    texts = set(values)
    known = sum(value_of(field, text) is not None for text in texts)
    return known > 0 if field == "outcome" else 2 * known >= len(texts)


def _may_be(field: str, column: str, values: Sequence[str], least: float) -> bool:
    """Whether the values of a column may be those of a field: of a time, so many are dates."""
    if field in ("closed_at", "responded_at"):
        return bool(formats_of(dates_among(column, values), least))
    if field.endswith("_at"):
        return bool(formats_of(values, least))
    if field in ("text", "answer") and name_of(column).startswith("hora"):
        return False
    if field == "answer" and values and not any(" " in text.strip() for text in values):
        # Yes, no, and numbers of days are no text of an answer.
        return False
    if is_named_like_a_closing(column):
        # Where nothing was answered yet, the words for it are no answer.
        values = dates_among(column, values)
    formats = formats_of(values)
    is_time = bool(formats) and formats != ["excel"]
    # Rounded, all numbers may look alike: whoever lands them is told what became of them.
    is_key = len(set(values)) > 0.5 * len(values) or all(map(is_rounded, values))
    return bool(values) and not is_time and (is_key or field != "key")
