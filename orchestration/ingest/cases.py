"""Rows of a table to cases: judged one by one, then merged by the number that they share."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from orchestration.ingest.account import Account, Finding, Merge, Reason
from orchestration.ingest.cells import Cells
from orchestration.ingest.damage import Rejected, damage
from orchestration.ingest.dates import (
    TYPED_FORMATS,
    Moment,
    are_days,
    is_no_day,
    joined,
    read_moment,
)
from orchestration.ingest.empty_cells import notes_of_defaults
from orchestration.ingest.exchanged import require_days_and_months
from orchestration.ingest.fields import answer_outcome, created_fields, free_text
from orchestration.ingest.life import Case, Dates, out_of_order
from orchestration.ingest.lost import notes_of_answered, notes_of_lost, notes_of_undated
from orchestration.ingest.mapping import CsvMapping
from orchestration.ingest.midnights import columns_of_days
from orchestration.ingest.numbers import (
    notes_of_alike,
    require_number,
    ticket_of,
    ticket_of_damaged,
)
from orchestration.ingest.offices import office_of
from orchestration.ingest.places import calendar_begins
from orchestration.ingest.skipped import why_skipped
from orchestration.ingest.table import Row, Table
from orchestration.ingest.text import normalised
from orchestration.ingest.time_rule import TimeRule
from orchestration.ingest.unclosed import notes_of_unclosed
from orchestration.lake.instants import YEARS, local_day


@dataclass
class CaseReader:
    """Reads tables by a mapping into the cases of a world, and accounts for every row.

    `matched` counts how municipalities were recognised: text, code and name, how. `skipped` are
    rows without a case. `named_aside` are the cases of rows in quarantine, `nameless` the places of
    those whose number cannot be read.
    """

    mapping: CsvMapping
    world_id: UUID
    project_root: Path
    account: Account
    findings: list[Finding] = field(default_factory=list)
    matched: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    skipped: list[Finding] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    named_aside: set[UUID] = field(default_factory=set)
    nameless: list[str] = field(default_factory=list)
    _notes: list[str] = field(default_factory=list)
    _rows: dict[UUID, list[tuple[Case, Row]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._times = self.mapping.times.rules()
        self._cells = Cells(self.mapping.said(), self._times)

    def read(self, file: str, table: Table, *, is_typed: bool = False) -> None:
        """Judge every row of a table. `is_typed`: cells with dates are written in ISO 8601."""
        self._columns = table.columns
        self._formats = TYPED_FORMATS if is_typed else ()
        self._is_1904 = table.is_1904 and "excel" in self.mapping.formats()
        if self._is_1904:
            self._notes.append(f"{file}: the workbook counts days from 1904: `excel` is read so")
        kinds = why_skipped(file, table)
        zone = self.mapping.zone
        require_days_and_months(file, table, self._times, self._formats, zone, kinds)
        self._bare = set(columns_of_days(table, self._times, kinds))
        for columns in sorted(self._bare):
            said = " ".join(columns)
            self._notes.append(f"{file}: {said}: every time is midnight: read as days")
        for row in table.rows:
            self.account.rows += 1
            if kind := kinds.get(row.line):
                self.account.skipped[kind] += 1
                text = " ".join(filter(None, map(normalised, row.cells)))
                self.skipped.append(Finding(file, row.line, kind, value=text, cells=row.cells))
                continue
            try:
                case = self._case(file, row)
            except Rejected as rejected:
                self._set_aside(file, row, *rejected.finding)
                if rejected.ticket is None:
                    self.nameless.append(f"{file}:{row.line}")
                else:
                    self.named_aside.add(rejected.ticket)
            else:
                self._rows.setdefault(case.ticket, []).append((case, row))

    def notes(self) -> list[str]:
        """What is to be said of the cells of whole columns."""
        fields = self.mapping.fields
        # Of municipalities, the report says how each was recognised.
        rules = {name: getattr(fields, name) for name in fields.model_fields_set - {"geo_code"}}
        defaults = {
            name: (rule.column, rule.default)
            for name, rule in sorted(rules.items())
            if rule.column and rule.default is not None
        }
        of_defaults = notes_of_defaults(self._cells.empty, defaults)
        return [*self._notes, *self._cells.notes(), *of_defaults]

    def cases(self) -> list[Case]:
        """One case per number: its last row counts. Rows of different cases are set aside."""
        found: list[Case] = []
        merged: list[list[Case]] = []
        for rows in self._rows.values():
            if len({_identity(case) for case, _ in rows}) == 1:
                last = rows[-1][0]
                found.append(last)
                merged.append([case for case, _ in rows])
                self.account.merged += len(rows) - 1
                self.merges += [
                    Merge(case.name, case.file, case.line, last.file, last.line)
                    for case, _ in rows[:-1]
                ]
                continue
            lines = ", ".join(f"{case.file}:{case.line}" for case, _ in rows[:5])
            accepted = f"one case per number; rows of this number differ in what they are: {lines}"
            self.named_aside.add(rows[0][0].ticket)
            for case, row in rows:
                key = ", ".join(self.mapping.key)
                self._set_aside(case.file, row, Reason.KEY_REUSED, key, case.name, accepted)
        self.account.cases = len(found)
        self._notes += [*notes_of_lost(merged), *notes_of_undated(found), *notes_of_alike(found)]
        self._notes += notes_of_unclosed(self.mapping, found)
        self._notes += notes_of_answered(self.mapping, found)
        return found

    def set_aside_case(self, case: Case, accepted: str, reason: Reason) -> None:
        """Move a case of `cases()` to quarantine, with every row that it was made of."""
        rows = self._rows[case.ticket]
        self.named_aside.add(case.ticket)
        is_of_days = reason is Reason.DAY_OUT_OF_RANGE
        column = self.mapping.times.created_at.column if is_of_days else ", ".join(self.mapping.key)
        for each, row in rows:
            value = each.dates.created.text if is_of_days else each.name
            self._set_aside(each.file, row, reason, column, value, accepted)
        self.account.cases -= 1
        self.account.merged -= len(rows) - 1
        places = {(each.file, each.line) for each, _ in rows}
        self.merges = [item for item in self.merges if (item.file, item.line) not in places]

    def _set_aside(
        self, file: str, row: Row, reason: str, column: str, value: str, accepted: str
    ) -> None:
        self.account.quarantined[str(reason)] += 1
        self.findings.append(
            Finding(file, row.line, str(reason), column, value, accepted, row.cells)
        )

    def _case(self, file: str, row: Row) -> Case:
        if row.damaged is not None:
            rejected = damage(row, self._columns)
            rejected.ticket = ticket_of_damaged(self.world_id, self.mapping, self._columns, row)
            raise rejected
        # Texts keep their blanks and line breaks.
        raw = dict(zip(self._columns, row.cells, strict=True))
        cells = {column: self._cells.read(column, text) for column, text in raw.items()}
        mapping = self.mapping
        for column in map(normalised, mapping.key):
            is_time = column in mapping.time_columns()
            require_number(column, cells[column], raw[column], is_time=is_time)
        key = tuple(cells[normalised(column)] for column in mapping.key)
        ticket = ticket_of(self.world_id, key)
        try:
            return Case(
                ticket=ticket,
                name=" / ".join(key),
                file=file,
                line=row.line,
                dates=self._dates(cells),
                data=created_fields(mapping, self.project_root, cells, self.matched),
                text=free_text(mapping.text, raw),
                answer=free_text(mapping.answer, raw),
                key=key,
                outcome=answer_outcome(mapping.outcome, cells),
                office=office_of(mapping.dependencia, self.project_root, cells),
            )
        except Rejected as rejected:
            rejected.ticket = ticket
            raise

    def _dates(self, cells: dict[str, str]) -> Dates:
        times = self.mapping.times
        created = self._time(times.created_at, cells)
        if created is None:
            raise Rejected(
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
            before = getattr(times, earlier).column
            start, value = cells[normalised(before)], cells[normalised(column)]
            raise Rejected(reason, column, value, f"not before {before} ({start})")
        return dates

    def _time(self, rule: TimeRule | None, cells: dict[str, str]) -> Moment | None:
        if rule is None:
            return None
        day, *time = rule.texts(cells)
        text = joined(day, *time)
        if not text:
            return None
        formats = (*rule.formats, *self._formats)
        if self._is_1904:
            formats = tuple("excel-1904" if form == "excel" else form for form in formats)
        found = read_moment(text, formats, self.mapping.zone)
        if found is None:
            accepted = _formats(rule)
            if is_no_day(text, rule.formats):
                accepted = f"a day of the calendar: that month has no such day ({accepted})"
            raise Rejected(Reason.TIME_FORMAT, rule.column, text, accepted)
        begin = calendar_begins(self.project_root)
        # The year first: a day next to the end of time cannot be moved to another clock.
        if not begin.year - 1 <= found.at.year < YEARS[1] or local_day(found.at) < begin:
            accepted = f"days from {begin}, where seeds/dim_calendar.csv begins, to {YEARS[1] - 1}"
            raise Rejected(Reason.TIME_OUT_OF_RANGE, rule.column, text, accepted)
        is_without_time = time == [""] and are_days([day])
        is_day = found.is_day or rule.columns in self._bare or is_without_time
        return Moment(found.at, is_day, text)


def _identity(case: Case) -> tuple[object, ...]:
    """What rows of one case agree on; offices, texts and later dates may differ."""
    data = case.data
    return (case.dates.created.at, data["pqrs_type"], data["source_channel"], data["geo_code"])


def _formats(rule: TimeRule) -> str:
    return ", ".join(rule.formats)
