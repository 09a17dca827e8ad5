"""A delivery as it is read: cases, lines and what became of every row. Touches no service."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from orchestration.ingest.account import Account, DeliveryRefused, Finding, Reason, samples
from orchestration.ingest.cases import CaseReader
from orchestration.ingest.days import DatedLine, dated, split_lines
from orchestration.ingest.delivery import DeliveredFile, DeliveredFiles, read_delivery
from orchestration.ingest.encoding import decode
from orchestration.ingest.life import Case
from orchestration.ingest.limit import objections
from orchestration.ingest.mapping import CsvMapping, load_mapping
from orchestration.ingest.names import IngestError, require_source, require_world
from orchestration.ingest.places import calendar_begins
from orchestration.ingest.plausible import (
    TS,
    implausible,
    implausible_lines,
    notes_of_later,
    outside,
    require_known_days,
)
from orchestration.ingest.table import Table, read_table
from orchestration.run import World
from orchestration.settings import Settings

BOM: Final = b"\xef\xbb\xbf"


@dataclass
class Prepared:
    """A delivery before it meets its world.

    `lines` are those of JSONL files, in the order of `files_of_lines`: name, and how many lines.
    `notes` say what was detected and which files were not read. `days` are those of --start and
    --end. `places_aside` are the places of lines that bronze does not take, once they were judged.
    """

    world: World
    source: str
    delivered: DeliveredFiles
    mapping: CsvMapping | None
    account: Account
    reader: CaseReader | None
    cases: list[Case]
    lines: list[DatedLine]
    stops: list[Finding]
    notes: list[str] = field(default_factory=list)
    files_of_lines: list[tuple[str, int]] = field(default_factory=list)
    line_findings: list[Finding] = field(default_factory=list)
    days: tuple[date | None, date | None] = (None, None)
    are_lines_judged: bool = False
    places_aside: set[int] = field(default_factory=set)

    @property
    def lines_taken(self) -> list[DatedLine]:
        """The lines without those in quarantine: one of these takes no event of the world away."""
        return [item for place, item in enumerate(self.lines) if place not in self.places_aside]

    @property
    def row_findings(self) -> list[Finding]:
        """The rows of tables that did not become a case, in the order of file and line."""
        return _sorted(self.reader.findings if self.reader is not None else [])

    @property
    def findings(self) -> list[Finding]:
        """These rows, and lines of JSONL that were judged."""
        return _sorted([*self.row_findings, *self.line_findings])

    def place_of_line(self, place: int) -> tuple[str, int]:
        """The file of one of `lines`, and its line there."""
        for name, count in self.files_of_lines:
            if place < count:
                return name, place + 1
            place -= count
        raise IndexError(place)

    def sha256(self) -> str:
        """What the delivery is: its files, their mapping, its source and the days asked for."""
        digest = hashlib.sha256(f"source {self.source}\n".encode())
        for file in self.delivered.files:
            digest.update(f"{file.name} {file.sha256}\n".encode())
        if self.mapping is not None:
            digest.update(self.mapping.model_dump_json().encode())
        # Other days take other rows of the same files.
        if self.days != (None, None):
            digest.update(f"days {self.days[0]} {self.days[1]}\n".encode())
        return digest.hexdigest()

    def require_acceptable(self, limit_pct: float, *, shows_rows: bool = True) -> None:
        """Refuse the delivery when too many rows are in quarantine, or a date is a slip.

        The limit is of the rows that are not skipped. With `shows_rows` the message has the first
        rows of each kind.

        Raises:
            DeliveryRefused: Names what is wrong.
            RowsLost: The equation does not hold.
        """
        account = self.account
        account.require_equation()
        judged = account.rows - (0 if self.are_lines_judged else account.lines)
        created = self.mapping.times.created_at.column if self.mapping is not None else TS
        reasons = list(objections(account, self.stops, limit_pct, judged, created))
        if reasons:
            shown = [*samples(self.stops), *samples(self.findings)]
            rows_shown = [account.equation(), *shown] if shows_rows else []
            text = "\n  ".join([*reasons, *rows_shown])
            raise DeliveryRefused(f"DELIVERY_REFUSED: nothing landed.\n  {text}")

    def facts(self) -> dict[str, Any]:
        """What meta keeps of the delivery, beside its counts; no text of a citizen."""
        matched = self.reader.matched if self.reader is not None else Counter()
        return {
            **self.account.json(),
            "files": {file.name: file.sha256 for file in self.delivered.files},
            "unread": dict(self.delivered.unread),
            "municipalities": [
                {"text": text, "municipality": place, "how": how, "rows": count}
                for (text, place, how), count in sorted(matched.items())
            ],
            "merges": [vars(item) for item in self.reader.merges] if self.reader else [],
            "notes": self.notes,
        }


def prepare(
    settings: Settings,
    location: str,
    *,
    source: str,
    mapping: Path | CsvMapping | None = None,
    world: str = "ingested",
    first: date | None = None,
    last: date | None = None,
    today: date | None = None,
) -> Prepared:
    """Read what is delivered and judge every row; nothing is written, no service is asked.

    Args:
        settings: Where a bucket is, when `location` is one.
        location: A file, a folder or s3://bucket/prefix.
        source: The channel under which the events lie in raw.
        mapping: The mapping file; CSV and XLSX need one.
        world: Deliveries of one name are one lake.
        first: First day: cases that were created before it go to quarantine.
        last: Last day, likewise; a case of these days may end later.
        today: Later dates stop the delivery; None: no date is too late.

    Raises:
        IngestError, DeliveryError, FormatError, TableError, MappingError: Name what is wrong.
    """
    require_source(source)
    require_world(world)
    begin = calendar_begins(settings.project_root)
    require_known_days(begin, today, first, last)
    rules = load_mapping(mapping) if isinstance(mapping, Path) else mapping
    delivered = read_delivery(location, settings)
    tables = [file for file in delivered.files if file.format != "jsonl"]
    if rules is None and tables:
        raise IngestError(
            f"{tables[0].name} is {tables[0].format.upper()}: say with --mapping what its columns"
            " mean; `pqr ingest --check` proposes a mapping"
        )
    identity = World.ingested(world, date.min)
    prepared = Prepared(
        identity, source, delivered, rules, Account(), None, [], [], [], days=(first, last)
    )
    prepared.notes += [f"{name} not read: {why}" for name, why in delivered.unread]
    if rules is not None and tables:
        _read_tables(prepared, settings, rules, tables)
        if len(tables) == len(delivered.files) and (first is None or last is None):
            _require_rows(prepared)
        rejected = outside(prepared.cases, first, last)
        for case, accepted in rejected:
            _reader(prepared).set_aside_case(case, accepted, Reason.DAY_OUT_OF_RANGE)
        gone = {case.ticket for case, _ in rejected}
        prepared.cases = [case for case in prepared.cases if case.ticket not in gone]
        prepared.notes += notes_of_later(prepared.cases, last)
        prepared.stops = implausible(prepared.cases, today, rules)
    for file in delivered.files:
        if file.format == "jsonl":
            # A mark at the start of a file would stand in the middle of an object.
            lines = list(dated(split_lines(file.content.removeprefix(BOM))))
            prepared.files_of_lines.append((file.name, len(lines)))
            prepared.account.rows += len(lines)
            prepared.account.lines += len(lines)
            prepared.lines += lines
    prepared.stops += implausible_lines(
        prepared.lines, prepared.place_of_line, begin, today, (first, last)
    )
    prepared.account.require_equation()
    return prepared


def tables_of(file: DeliveredFile, rules: CsvMapping, notes: list[str]) -> list[tuple[str, Table]]:
    """The tables of a CSV or XLSX file with the names under which their rows are accounted for.

    What was detected is added to `notes`.
    """
    wanted = rules.columns()
    if file.format == "xlsx":
        # Here, since few deliveries have a workbook.
        from orchestration.ingest.workbook import read_workbook

        tables = read_workbook(file.name, file.content, rules.sheet, rules.skip_rows, wanted)
    else:
        text, encoding = decode(file.name, file.content, rules.encoding)
        if rules.encoding is None and not text.isascii():
            notes.append(f"{file.name}: encoding {encoding} detected")
        table = read_table(file.name, text, rules.delimiter, rules.skip_rows, wanted)
        tables = [(file.name, table)]
    notes += [f"{label}: {note}" for label, table in tables for note in table.notes]
    return tables


def _read_tables(
    prepared: Prepared, settings: Settings, rules: CsvMapping, files: Sequence[DeliveredFile]
) -> None:
    reader = CaseReader(rules, prepared.world.world_id, settings.project_root, prepared.account)
    for file in files:
        for label, table in tables_of(file, rules, prepared.notes):
            reader.read(label, table, is_typed=file.format == "xlsx")
    prepared.reader = reader
    prepared.cases = reader.cases()
    prepared.notes += reader.notes()


def _require_rows(prepared: Prepared) -> None:
    if prepared.account.rows == prepared.account.skipped.total():
        raise IngestError(
            f"NO_ROWS: {', '.join(file.name for file in prepared.delivered.files)} has a header"
            " and no row of a case; with --start and --end it says that nothing happened then"
        )


def _sorted(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda item: (item.file, item.line))


def _reader(prepared: Prepared) -> CaseReader:
    assert prepared.reader is not None  # noqa: S101 -- who has cases has a reader
    return prepared.reader
