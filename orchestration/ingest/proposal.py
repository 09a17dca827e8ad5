"""A mapping guessed from a file: columns by their names, formats and values by their content."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from orchestration.ingest.dates import read_moment
from orchestration.ingest.delivery import DeliveredFile
from orchestration.ingest.empty_cells import said_of_empty
from orchestration.ingest.encoding import decode
from orchestration.ingest.guessed_columns import chosen, columns_of, without_long
from orchestration.ingest.guessed_times import LEAST_READ, formats_of, formats_with_time
from orchestration.ingest.guessed_words import (
    outcome_of,
    subtype_of,
    value_of,
    without,
    words_of_none,
)
from orchestration.ingest.guesses import DEFAULTS, NO_CLOSINGS
from orchestration.ingest.header import said_of_repeated
from orchestration.ingest.offices import LIST, find_office
from orchestration.ingest.places import load_places
from orchestration.ingest.table import read_table
from orchestration.ingest.text import folded, has_digit, says_nothing
from orchestration.wording import printable


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
    cells = columns_of(file.name, table)
    fields = chosen(cells)
    writer = _Writer(fields, without_long(cells, fields), project_root)
    writer.questions += [*said_of_repeated(table.columns), *said_of_empty(file.name, table, fields)]
    # Of which sheets nothing is proposed, and which rows nobody sees.
    writer.questions += [note for note in table.notes if file.format == "xlsx"]
    return writer.write(file.name, table.delimiter, encoding)


class _Writer:
    def __init__(
        self, chosen: dict[str, str], cells: dict[str, list[str]], project_root: Path
    ) -> None:
        self._chosen = chosen
        self._cells = cells
        self._project_root = project_root
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
        lines += self._subtype()
        lines += self._geo()
        lines += ["times:", *self._time("created_at")]
        lines += [*self._time("responded_at"), *self._time("closed_at")]
        lines += [
            f"{field}: {{column: {_quoted(self._chosen[field])}}}  # guess"
            for field in ("text", "answer")
            if field in self._chosen
        ]
        lines += self._outcome()
        lines += self._office()
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
            found = value_of(field, text)
            if found is None:
                self.questions.append(f"{field}: value {text!r} of {column} is not understood")
            values.append(f"      {_quoted(text)}: {found or _quoted('VALUE?')}  # guess")
        head = [f"  {field}:", f"    column: {_quoted(column)}  # guess"]
        head.append(f"    default: {default}  # guess: of an empty cell")
        return [*head, "    values:", *values] if values else head

    def _subtype(self) -> list[str]:
        """Of its own column, or of that of the types; none where no value has a term of its own."""
        for field in ("subtype", "pqrs_type"):
            column = self._chosen.get(field, "")
            found = {
                text: subtype_of(text, is_type=field == "pqrs_type")
                for text in dict.fromkeys(self._cells.get(column, []))
                if not says_nothing(text)
            }
            if set(found.values()) - {"general"}:
                lines = [f"    column: {_quoted(column)}  # guess: terms depend on it"]
                lines += ["    default: general  # guess: of an empty cell", "    values:"]
                lines += [f"      {_quoted(text)}: {found[text]}  # guess" for text in found]
                return ["  subtype:", *lines]
        return []

    def _geo(self) -> list[str]:
        column = self._chosen.get("geo_code")
        if column is None:
            self.questions.append("no column of municipalities was found: 11001 is Bogotá")
            return ['  geo_code: {constant: "11001"}  # guess: no column for it was found']
        names = dict.fromkeys(self._cells[column])
        unknown = [
            text
            for text in names
            if not says_nothing(text) and len(self._places.find(text)[0]) != 1
        ]
        lines = ["  geo_code:", f"    column: {_quoted(column)}  # guess: names or DIVIPOLA codes"]
        if unknown and "department" not in self._chosen:
            self.questions += [f"municipality {text!r} is not clear" for text in unknown[:20]]
            lines += ["    values:", *(f'      {_quoted(t)}: "CODE?"' for t in unknown[:20])]
        if "department" in self._chosen:
            name = _quoted(self._chosen["department"])
            return [*lines, f"department: {{column: {name}}}  # guess"]
        return lines

    def _outcome(self) -> list[str]:
        """Of a column of states, where one of them is an outcome other than an answer."""
        column = self._chosen.get("outcome", "")
        found, doubts = {}, []
        for text in dict.fromkeys(self._cells.get(column, [])):
            if not says_nothing(text):
                found[text], doubt = outcome_of(text)
                doubts += [f"{column}: {text!r} is no outcome: {doubt}"] if doubt else []
        if set(found.values()) <= {"", "ANSWERED"}:
            self._chosen.pop("outcome", None)
            return []
        self.questions += doubts
        lines = ["outcome:", f"  column: {_quoted(column)}  # guess: of answers", "  values:"]
        return [*lines, *(f"    {_quoted(t)}: {found[t] or _quoted('')}  # guess" for t in found)]

    def _office(self) -> list[str]:
        """Of a column of offices, where the list has them all; else it asks for those it lacks."""
        column = self._chosen.get("dependencia", "")
        names = [t for t in dict.fromkeys(self._cells.get(column, [])) if not says_nothing(t)]
        unknown = [text for text in names if not find_office(text, self._project_root)]
        if names and not unknown:
            return [f"dependencia: {{column: {_quoted(column)}}}  # guess: ids or names of offices"]
        if self._chosen.pop("dependencia", None) and unknown:
            some = ", ".join(map(repr, unknown[:5]))
            self.questions.append(f"{LIST} has no {some} of {column!r}: add them to map it")
        return []

    def _time(self, field: str) -> list[str]:
        column = self._chosen.get(field)
        if column is None:
            if field == "created_at":
                return [f"  created_at: {{column: {self._column(field)}, formats: ['FORMAT?%']}}"]
            self.questions += NO_CLOSINGS if field == "closed_at" else ()
            return []
        values = without(self._cells[column], [])
        # A case without a date of creation is none: there, what a word means is to be asked.
        words = words_of_none(values) if field != "created_at" else []
        values = without(values, words)
        formats = formats_of(values, LEAST_READ)
        if not formats:
            self.questions.append(f"{column}: no value shows its format: write it")
            return [f"  {field}: {{column: {_quoted(column)}, formats: ['FORMAT?%']}}"]
        unread = [v for v in dict.fromkeys(values) if read_moment(v, formats, UTC) is None]
        self.questions += [f"{column}: value {v!r} is read by no format" for v in unread[:20]]
        is_day_first = any(form.startswith("%d/%m") for form in formats)
        if is_day_first and not any(
            v[:2].isdecimal() and int(v[:2]) > 12 for v in self._cells[column]
        ):
            self.questions.append(f"{column}: day/month is assumed; no day is above 12")
        clock, formats = self._time_of_day(field, values, formats, words)
        rule = f"column: {_quoted(column)}{clock}, formats: [{_listed(formats)}]"
        if words:
            rule += f", empty: [{_listed(words)}]"
        return [f"  {field}: {{{rule}}}  # guess"]

    def _time_of_day(
        self, field: str, days: list[str], formats: list[str], words: list[str]
    ) -> tuple[str, list[str]]:
        """The column of times beside one of days, as YAML, and the formats that read both."""
        columns, column = list(self._cells), self._chosen[field]
        hour = folded(column).replace("fecha", "hora")
        named = [name for name in columns if folded(name) == hour]
        after = columns[columns.index(column) + 1 :][:1]
        for other in (*named, *after):
            if other in self._chosen.values():
                continue
            # Of zeros, a time may be midnight.
            times = without(self._cells[other], [word for word in words if not has_digit(word)])
            if found := formats_with_time(days, formats, times):
                self._chosen[f"{field} time"] = other
                rest = [form for form in formats if form not in found]
                return f", time_column: {_quoted(other)}", [*found, *rest]
        return "", formats


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(map(_quoted, texts))


def _quoted(text: str) -> str:
    """A scalar of YAML; what no terminal shows stands as its number."""
    shown = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in shown)
