"""Rows of a table to cases: judged one by one, then merged by the number that they share."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import UUID, uuid5

from orchestration.ingest.account import Account, Finding, Reason
from orchestration.ingest.dates import TYPED_FORMATS, Moment, read_moment
from orchestration.ingest.life import Case, Dates, out_of_order
from orchestration.ingest.mapping import CaseFields, CsvMapping, FieldRule, TimeRule
from orchestration.ingest.places import known_values, load_places
from orchestration.ingest.table import Row, Table
from orchestration.ingest.text import normalised
from orchestration.lake.instants import YEARS

# The limits of bronze.
MAX_TEXT_CHARACTERS: Final = 65_536
MAX_STRING_CHARACTERS: Final = 256

_TOTAL: Final = re.compile(r"(gran |sub)?total(es)?\b", re.IGNORECASE)
_KNOWN: Final = {
    "source_channel": ("dim_channel", "channel_id", Reason.UNKNOWN_CHANNEL),
    "pqrs_type": ("dim_pqrs_type", "type_id", Reason.UNKNOWN_PQRS_TYPE),
    "priority": ("dim_priority", "priority_id", Reason.UNKNOWN_PRIORITY),
}


class _Rejected(Exception):
    def __init__(self, reason: Reason, column: str, value: str, accepted: str = "") -> None:
        super().__init__(reason)
        self.finding = (str(reason), column, value, accepted)


@dataclass
class CaseReader:
    """Reads tables by a mapping into the cases of a world, and accounts for every row.

    `matched` counts how municipalities were recognised: text, code and name, how.
    """

    mapping: CsvMapping
    world_id: UUID
    project_root: Path
    account: Account
    findings: list[Finding] = field(default_factory=list)
    matched: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _rows: dict[UUID, list[tuple[Case, Row]]] = field(default_factory=dict)

    def read(self, file: str, table: Table, *, is_typed: bool = False) -> None:
        """Judge every row of a table. `is_typed`: cells with dates are written in ISO 8601."""
        self._columns = table.columns
        self._formats = TYPED_FORMATS if is_typed else ()
        for row in table.rows:
            self.account.rows += 1
            if kind := _skipped(row, table.columns):
                self.account.skipped[kind] += 1
                continue
            try:
                case = self._case(file, row)
            except _Rejected as rejected:
                self._set_aside(file, row, *rejected.finding)
            else:
                self._rows.setdefault(case.ticket, []).append((case, row))

    def cases(self) -> list[Case]:
        """One case per number: its last row counts. Rows of different cases are set aside."""
        found: list[Case] = []
        for rows in self._rows.values():
            if len({_identity(case) for case, _ in rows}) == 1:
                found.append(rows[-1][0])
                self.account.merged += len(rows) - 1
                continue
            lines = ", ".join(f"{case.file}:{case.line}" for case, _ in rows[:5])
            accepted = f"one case per number; rows of this number differ in what they are: {lines}"
            for case, row in rows:
                key = ", ".join(self.mapping.key)
                self._set_aside(case.file, row, Reason.KEY_REUSED, key, case.name, accepted)
        self.account.cases = len(found)
        return found

    def set_aside_case(self, case: Case, accepted: str, reason: Reason) -> None:
        """Move a case of `cases()` to quarantine, with every row that it was made of."""
        rows = self._rows[case.ticket]
        column = ", ".join(self.mapping.key)
        if reason is Reason.DAY_OUT_OF_RANGE:
            column = self.mapping.times.created_at.column
        for each, row in rows:
            value = each.name if reason is Reason.KEY_REUSED else str(each.dates.created.at)
            self._set_aside(each.file, row, reason, column, value, accepted)
        self.account.cases -= 1
        self.account.merged -= len(rows) - 1

    def _set_aside(
        self, file: str, row: Row, reason: str, column: str, value: str, accepted: str
    ) -> None:
        self.account.quarantined[str(reason)] += 1
        self.findings.append(
            Finding(file, row.line, str(reason), column, value, accepted, row.cells)
        )

    def _case(self, file: str, row: Row) -> Case:
        if row.damaged is not None:
            raise _damage(row)
        cells = dict(zip(self._columns, map(normalised, row.cells), strict=True))
        mapping = self.mapping
        key = [cells[normalised(column)] for column in mapping.key]
        for column, value in zip(mapping.key, key, strict=True):
            if not value:
                raise _Rejected(Reason.KEY_EMPTY, column, value, "a number for every case")
        dates = self._dates(cells)
        # Texts keep their blanks and line breaks.
        raw = dict(zip(self._columns, row.cells, strict=True))
        return Case(
            ticket=uuid5(self.world_id, json.dumps(key, ensure_ascii=False)),
            name=" / ".join(key),
            file=file,
            line=row.line,
            dates=dates,
            data=self._created(cells),
            text=_text(mapping.text, raw),
            answer=_text(mapping.answer, raw),
        )

    def _dates(self, cells: dict[str, str]) -> Dates:
        times = self.mapping.times
        created = self._time(times.created_at, cells)
        if created is None:
            raise _Rejected(
                Reason.TIME_MISSING, times.created_at.column, "", _formats(times.created_at)
            )
        dates = Dates(
            created,
            self._time(times.radicated_at, cells),
            self._time(times.responded_at, cells),
            self._time(times.closed_at, cells),
        )
        if wrong := out_of_order(dates):
            later, earlier = wrong
            column = getattr(times, later).column
            is_closing = later in ("closed_at", "responded_at") and earlier == "created_at"
            reason = Reason.CLOSED_BEFORE_CREATED if is_closing else Reason.TIMES_OUT_OF_ORDER
            start = cells[normalised(getattr(times, earlier).column)]
            value = cells[normalised(column)]
            raise _Rejected(reason, column, value, f"not before {earlier} ({start})")
        return dates

    def _time(self, rule: TimeRule | None, cells: dict[str, str]) -> Moment | None:
        text = cells[normalised(rule.column)] if rule is not None else ""
        if rule is None or not text:
            return None
        found = read_moment(text, (*rule.formats, *self._formats), self.mapping.zone)
        if found is None:
            raise _Rejected(Reason.TIME_FORMAT, rule.column, text, _formats(rule))
        # A day on either side is left for the offset.
        if not YEARS[0] <= found.at.year < YEARS[1]:
            accepted = f"years {YEARS[0]} to {YEARS[1] - 1}"
            raise _Rejected(Reason.TIME_OUT_OF_RANGE, rule.column, text, accepted)
        return found

    def _created(self, cells: dict[str, str]) -> dict[str, str]:
        data = {}
        for name in CaseFields.model_fields:
            rule: FieldRule = getattr(self.mapping.fields, name)
            value = rule.value(cells)
            if name in _KNOWN:
                seed, column, reason = _KNOWN[name]
                known = known_values(self.project_root, seed, column)
                if value not in known:
                    accepted = ", ".join((*rule.values, *known))
                    raise _Rejected(reason, rule.column or "", value, accepted)
            if len(value) > MAX_STRING_CHARACTERS:
                accepted = f"at most {MAX_STRING_CHARACTERS} characters"
                raise _Rejected(Reason.TEXT_TOO_LONG, rule.column or "", value, accepted)
            data[name] = value
        return {**data, **self._place(data["geo_code"], cells)}

    def _place(self, text: str, cells: dict[str, str]) -> dict[str, str]:
        rule = self.mapping.fields.geo_code
        written = cells[normalised(rule.column)] if rule.column else text
        department = self.mapping.department.value(cells) if self.mapping.department else ""
        found, how = load_places(self.project_root).find(text, department)
        if len(found) != 1:
            reason = Reason.AMBIGUOUS_GEO if found else Reason.UNKNOWN_GEO
            accepted = "; ".join(
                f"{place.geo_code} {place.municipio}, {place.department}" for place in found
            )
            official = "a DIVIPOLA code, an official or common name, or one of `values`"
            raise _Rejected(reason, rule.column or "", text, accepted or official)
        place = found[0]
        if not written:
            method = "default of the mapping, the cell is empty"
        elif rule.column and text != written:
            method = "values of the mapping"
        else:
            method = how
        self.matched[(written, f"{place.geo_code} {place.municipio}", method)] += 1
        return {
            "geo_code": place.geo_code,
            "geo_region": place.region,
            "geo_municipio": place.municipio,
        }


def _skipped(row: Row, columns: Sequence[str]) -> str:
    """What kind of row holds no case, and no information either: skipped and counted."""
    filled = [cell for cell in row.cells if cell.strip()]
    if not filled:
        return "BLANK_ROW"
    if tuple(map(normalised, row.cells)) == tuple(columns):
        return "REPEATED_HEADER"
    if len(filled) == 1 and row.damaged is None and _TOTAL.match(filled[0].strip()):
        return "TOTAL_ROW"
    return ""


def _damage(row: Row) -> _Rejected:
    if row.damaged is Reason.COLUMN_COUNT:
        count, accepted = row.detail.split("; accepted: ")
        return _Rejected(Reason.COLUMN_COUNT, "", count, f"{accepted} cells, as the header has")
    if row.damaged is Reason.QUOTE_NOT_CLOSED:
        accepted = 'a quote inside of a quoted cell is written twice (""), and the cell is closed'
        return _Rejected(Reason.QUOTE_NOT_CLOSED, "", row.cells[0], accepted)
    accepted = "text in the encoding of the file, without control characters"
    return _Rejected(row.damaged or Reason.CONTROL_CHARACTER, "", row.detail, accepted)


def _identity(case: Case) -> tuple[object, ...]:
    """What rows of one case agree on; offices, texts and later dates may differ."""
    data = case.data
    return (case.dates.created.at, data["pqrs_type"], data["source_channel"], data["geo_code"])


def _formats(rule: TimeRule) -> str:
    return ", ".join(rule.formats)


def _text(rule: FieldRule | None, cells: dict[str, str]) -> str:
    if rule is None:
        return ""
    text = rule.value({name: cell.strip() for name, cell in cells.items()})
    if len(text) > MAX_TEXT_CHARACTERS:
        accepted = f"at most {MAX_TEXT_CHARACTERS} characters"
        raise _Rejected(Reason.TEXT_TOO_LONG, rule.column or "", text[:100], accepted)
    return text
