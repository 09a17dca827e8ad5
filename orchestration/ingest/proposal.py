"""A mapping guessed from a file: columns by their names, formats and values by their content."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Final

from orchestration.ingest.dates import read_moment
from orchestration.ingest.delivery import DeliveredFile
from orchestration.ingest.encoding import decode
from orchestration.ingest.guessed_times import (
    LEAST_READ,
    NEARLY_ALL,
    formats_of,
    formats_with_time,
)
from orchestration.ingest.guesses import DEFAULTS, VALUES, WORDS
from orchestration.ingest.places import load_places
from orchestration.ingest.table import Table, read_table
from orchestration.ingest.text import folded, printable, says_nothing

_SAMPLE: Final = 1000


@dataclass(frozen=True)
class Proposal:
    """A mapping as YAML, and what has to be filled in or looked at before it is used."""

    yaml: str
    open_questions: tuple[str, ...]


def propose(file: DeliveredFile, project_root: Path) -> Proposal:
    """Guess the mapping of a CSV or XLSX file; every line that is a guess says so.

    Raises:
        TableError: The file cannot be read as a table.
    """
    encoding = None
    if file.format == "xlsx":
        from orchestration.ingest.workbook import read_workbook

        _, table = read_workbook(file.name, file.content, None, 0, set())[0]
    else:
        text, encoding = decode(file.name, file.content, None)
        table = read_table(file.name, text, None, 0, set())
    cells = _columns(table)
    writer = _Writer(_chosen(cells), cells, project_root)
    # Of which sheets nothing is proposed, and which rows nobody sees.
    writer.questions += [note for note in table.notes if file.format == "xlsx"]
    return writer.write(file.name, table.delimiter, encoding)


def _columns(table: Table) -> dict[str, list[str]]:
    whole = [row.cells for row in table.rows[:_SAMPLE] if len(row.cells) == len(table.columns)]
    return {
        column: [cells[n].strip() for cells in whole if cells[n].strip()]
        for n, column in enumerate(table.columns)
        if column
    }


def _chosen(cells: dict[str, list[str]]) -> dict[str, str]:
    """Field to column. A column named like a time must hold dates, any other must not.

    What is named like a field is taken although some of its values cannot be read; from a header
    alone, whatever is.
    """
    chosen: dict[str, str] = {}
    is_empty = not any(cells.values())
    for field, words in WORDS.items():
        free = [column for column in cells if column not in chosen.values()]

        def fits(column: str, word: str, field: str = field) -> bool:
            # "fecha" alone names no field.
            least = LEAST_READ if " " in word or folded(column) == word else NEARLY_ALL
            return is_empty or _may_be(field, cells[column], least)

        exact = [c for word in words for c in free if folded(c) == word and fits(c, word)]
        near = [
            c
            for word in words
            for c in free
            if len(word) > 3 and word in folded(c) and fits(c, word)
        ]
        if exact or near:
            chosen[field] = (*exact, *near)[0]
    return chosen


def _may_be(field: str, values: Sequence[str], least: float = NEARLY_ALL) -> bool:
    """Whether the values of a column may be those of a field: of a time, so many are dates."""
    formats = formats_of(values, least if field.endswith("_at") else NEARLY_ALL)
    if field.endswith("_at"):
        return bool(formats)
    is_time = bool(formats) and formats != ["excel"]
    is_key = len(set(values)) > 0.5 * len(values)
    return bool(values) and not is_time and (is_key or field != "key")


class _Writer:
    def __init__(
        self, chosen: dict[str, str], cells: dict[str, list[str]], project_root: Path
    ) -> None:
        self._chosen = chosen
        self._cells = cells
        self._places = load_places(project_root)
        self.questions: list[str] = []

    def write(self, name: str, delimiter: str, encoding: str | None) -> Proposal:
        lines = [
            f"# Proposed from {name}: every value marked `guess` is to be checked.",
            "version: 1",
            f"name: {folded(name.rsplit('.', 1)[0]).replace(' ', '_') or 'delivery'}",
        ]
        if delimiter:
            lines.append(f"delimiter: {_quoted(delimiter)}")
        if encoding not in (None, "utf-16"):
            lines.append(f"encoding: {encoding}")
        lines += ['utc_offset: "-05:00"  # guess: the clock of Colombia']
        key = self._column("key")
        lines += [f"key: [{key}]  # guess: a number that no other case has", "fields:"]
        lines.append(f"  external_id: {{column: {key}}}")
        for field, default in DEFAULTS.items():
            lines += self._field(field, default)
        lines += self._geo()
        lines += ["times:", *self._time("created_at"), *self._time("closed_at")]
        lines += [
            f"{field}: {{column: {_quoted(self._chosen[field])}}}  # guess"
            for field in ("text", "answer")
            if field in self._chosen
        ]
        self._name_the_unused()
        questions = tuple(printable(question, 300) for question in self.questions)
        return Proposal("\n".join(lines) + "\n", questions)

    def _name_the_unused(self) -> None:
        for column, values in self._cells.items():
            if column not in self._chosen.values():
                some = ", ".join(repr(value) for value in list(dict.fromkeys(values))[:3])
                self.questions.append(f"column {column!r} is not used ({some or 'empty'})")

    def _column(self, field: str) -> str:
        if field in self._chosen:
            return _quoted(self._chosen[field])
        self.questions.append(f"no column for {field} was found: write its name")
        return '"COLUMN?"'

    def _field(self, field: str, default: str) -> list[str]:
        column = self._chosen.get(field)
        if column is None:
            return [f"  {field}: {{constant: {default}}}  # guess: no column for it was found"]
        values: list[str] = []
        for text, _ in Counter(self._cells[column]).most_common(40):
            if says_nothing(text):
                continue
            found = _value(field, text)
            if found is None:
                self.questions.append(f"{field}: value {text!r} of {column} is not understood")
            values.append(f"      {_quoted(text)}: {found or _quoted('VALUE?')}  # guess")
        head = [f"  {field}:", f"    column: {_quoted(column)}  # guess"]
        head.append(f"    default: {default}  # guess: of an empty cell")
        return [*head, "    values:", *values] if values else head

    def _geo(self) -> list[str]:
        column = self._chosen.get("geo_code")
        if column is None:
            self.questions.append("no column of municipalities was found: 11001 is Bogotá")
            return ['  geo_code: {constant: "11001"}  # guess: no column for it was found']
        names = dict.fromkeys(self._cells[column])
        unknown = [text for text in names if len(self._places.find(text)[0]) != 1]
        lines = ["  geo_code:", f"    column: {_quoted(column)}  # guess: names or DIVIPOLA codes"]
        if unknown and "department" not in self._chosen:
            self.questions += [f"municipality {text!r} is not clear" for text in unknown[:20]]
            lines += ["    values:", *(f'      {_quoted(t)}: "CODE?"' for t in unknown[:20])]
        if "department" in self._chosen:
            name = _quoted(self._chosen["department"])
            return [*lines, f"department: {{column: {name}}}  # guess"]
        return lines

    def _time(self, field: str) -> list[str]:
        column = self._chosen.get(field)
        if column is None:
            if field == "created_at":
                return [f"  created_at: {{column: {self._column(field)}, formats: ['FORMAT?%']}}"]
            self.questions.append("no column of closing dates was found: every case stays open")
            return []
        values = [value for value in self._cells[column] if not says_nothing(value)]
        formats = formats_of(values, LEAST_READ)
        if not formats:
            self.questions.append(f"{column}: no value shows its format: write it")
            return [f"  {field}: {{column: {_quoted(column)}, formats: ['FORMAT?%']}}"]
        unread = [v for v in dict.fromkeys(values) if read_moment(v, formats, UTC) is None]
        self.questions += [f"{column}: value {v!r} is read by no format" for v in unread[:20]]
        is_day_first = any(form.startswith("%d/%m") for form in formats)
        if is_day_first and not any(
            v[:2].isdigit() and int(v[:2]) > 12 for v in self._cells[column]
        ):
            self.questions.append(f"{column}: day/month is assumed; no day is above 12")
        clock, formats = self._time_of_day(field, values, formats)
        listed = ", ".join(_quoted(form) for form in formats)
        named = f"column: {_quoted(column)}{clock}"
        return [f"  {field}: {{{named}, formats: [{listed}]}}  # guess"]

    def _time_of_day(
        self, field: str, days: list[str], formats: list[str]
    ) -> tuple[str, list[str]]:
        """The column of times beside one of days, as YAML, and the formats that read both."""
        columns, column = list(self._cells), self._chosen[field]
        hour = folded(column).replace("fecha", "hora")
        named = [name for name in columns if folded(name) == hour]
        after = columns[columns.index(column) + 1 :][:1]
        for other in (*named, *after):
            if other in self._chosen.values():
                continue
            times = [value for value in self._cells[other] if not says_nothing(value)]
            if found := formats_with_time(days, formats, times):
                self._chosen[f"{field} time"] = other
                rest = [form for form in formats if form not in found]
                return f", time_column: {_quoted(other)}", [*found, *rest]
        return "", formats


def _value(field: str, text: str) -> str | None:
    plain = folded(text)
    for value, words in VALUES[field].items():
        if plain == value or plain in words or any(len(w) > 2 and w in plain for w in words):
            return value
    return None


def _quoted(text: str) -> str:
    """A scalar of YAML; what no terminal shows stands as its number."""
    shown = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in shown)
