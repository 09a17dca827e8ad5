"""Lines of JSONL that are judged before they land: as bronze judges them, by file and line."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from orchestration.settings import PROJECT_ROOT
from tests.unit.ingest.check import run
from tests.unit.ingest.delivering import DELIVERIES

CREATED: dict[str, Any] = {
    "external_id": "R-1", "source_channel": "email", "pqrs_type": "P", "subtype": "general",
    "priority": "media", "geo_region": "Andina", "geo_municipio": "Medellín", "geo_code": "05001",
}  # fmt: skip


def event(number: int, **changes: Any) -> bytes:
    """A creation in the raw contract, but for the fields of it or of its data that are named."""
    whole: dict[str, Any] = {
        "event_id": str(UUID(int=number)), "ticket_id": str(UUID(int=1000 + number)),
        "event_type": "TICKET_CREATED", "ts": "2025-03-03T14:12:00.000000Z", "data": {**CREATED},
    }  # fmt: skip
    for name, value in changes.items():
        (whole if name in whole else whole["data"])[name] = value
    return json.dumps(whole, ensure_ascii=False).encode() + b"\n"


FAULTS = [
    (b'{"event_id": "\n', "JSON_TRUNCATED", ""),
    (event(1, priority="urgente"), "UNKNOWN_PRIORITY", "data.priority: 'urgente'"),
    (event(2, pqrs_type="X"), "UNKNOWN_PQRS_TYPE", "data.pqrs_type: 'X'; accepted: P, Q, R, S"),
    (event(3, geo_municipio="Macondo"), "UNKNOWN_GEO", "data.geo_municipio: 'Andina/Macondo"),
    (event(4, ts="ayer"), "TS_UNPARSABLE", "ts: 'ayer'"),
    (event(5, ts="2025-03-03T10:00:00"), "TS_NO_OFFSET", "ts: '2025-03-03T10:00:00'"),
    (event(6, event_id="7"), "BAD_EVENT_ID", "event_id: '7'; accepted: a UUID"),
    (event(7, source_channel="chat"), "CHANNEL_MISMATCH", "data.source_channel: "),
    (event(8, external_id=None), "MISSING_FIELD", "data.external_id: 'null'"),
    (event(9, external_id=5), "WRONG_TYPE", "data.external_id: 'the number 5, not a string'"),
    (event(20, geo_code=True), "WRONG_TYPE", "data.geo_code: 'true, not a string'"),
    (event(21, external_id=["R"]), "WRONG_TYPE", "data.external_id: 'an array, not a string'"),
    (event(22, petitioner="Ana"), "WRONG_TYPE", "data.petitioner: 'a string, not an object'"),
    (event(23, subtype={}), "WRONG_TYPE", "data.subtype: 'an object, not a string'"),
    (event(24, subtype="x" * 9, geo_region=0.5), "WRONG_TYPE", "data.geo_region: 'the number 0.5,"),
    (
        event(25, petitioner={"is_anonymous": "no"}),
        "WRONG_TYPE",
        "data.petitioner.is_anonymous: 'the string no, not true or false'",
    ),
    (event(10, event_type="CLOSED"), "UNKNOWN_EVENT_TYPE", "event_type: 'CLOSED'"),
    (b"[1]\n", "NOT_AN_OBJECT", "'an array'; accepted: one object in each line: {...}"),
    (b"null\n", "NOT_AN_OBJECT", "'null'"),
    (b"false\n", "NOT_AN_OBJECT", "'false'"),
    (b"-1.5e3\n", "NOT_AN_OBJECT", "'a number'"),
    (b'"Ana"\n', "NOT_AN_OBJECT", "'a string'"),
    (b"\n", "BLANK_LINE", ""),
    (event(11).replace(b"R-1", b"R\xf31"), "INVALID_UTF8", ""),
    (event(12, colour="x"), "UNKNOWN_FIELD", "data.colour"),
]


def test_every_line_that_bronze_would_set_aside_is_named_by_file_and_line(tmp_path: Path) -> None:
    whole = [event(number) for number in range(100, 130)]
    lines = [*whole, *(line for line, *_ in FAULTS), whole[0]]
    (tmp_path / "a.jsonl").write_bytes(b"\xef\xbb\xbf" + event(50))
    (tmp_path / "b.jsonl").write_bytes(b"".join(lines))
    exit_code, printed, refused = run(
        "ingest", "--check", str(tmp_path), "--source", "email", "--quarantine-limit", "50"
    )
    assert exit_code == 0, refused
    assert f"{32 + len(FAULTS)} rows = 31 lines + 1 merged + {len(FAULTS)} in quarantine" in printed
    for number, (_, reason, said) in enumerate(FAULTS, 31):
        assert re.search(rf"{reason}  b\.jsonl:{number}  {re.escape(said)}", printed), printed
    exit_code, _, refused = run("ingest", "--check", str(tmp_path), "--source", "email")
    assert exit_code == 1
    assert f"QUARANTINE_LIMIT: {len(FAULTS)} of {32 + len(FAULTS)} rows" in refused


def test_lines_of_which_none_has_a_day_are_named_and_refused(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(event(1, ts="hoy") + event(2, ts="ayer"))
    exit_code, printed, refused = run("ingest", "--check", str(path), "--source", "email")
    assert exit_code == 1
    assert "TS_UNPARSABLE  events.jsonl:2  ts: 'ayer'" in printed
    assert "none of the 2 rows can be taken" in refused


@pytest.mark.parametrize(
    ("day", "reason"), [("2027-03-03", "DATE_IN_FUTURE"), ("2023-12-31", "DATE_BEFORE_CALENDAR")]
)
def test_a_line_of_a_day_that_nobody_has_seen_stops_the_delivery(
    tmp_path: Path, day: str, reason: str
) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(event(1) + event(2, ts=f"{day}T14:12:00Z"))
    exit_code, printed, refused = run("ingest", "--check", str(path), "--source", "email")
    assert exit_code == 1
    assert f"{reason}  events.jsonl:2  ts: '{day}'; accepted: days from 2024-01-01, w" in printed
    assert "1 row has a date that is probably a slip" in refused
    # With --start and --end it is a line of another day.
    days = ("--start", "2025-03-01", "--end", "2025-03-31")
    exit_code, printed, refused = run("ingest", "--check", str(path), "--source", "email", *days)
    assert exit_code == 0, refused
    assert "TS_DAY_MISMATCH  events.jsonl:2" in printed


def test_lines_need_the_channel_that_they_came_by(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(event(1))
    assert run("ingest", "--check", str(path))[::2] == (
        2, "--source is missing: email, webform, chat, call, other_digital, in_person or postal",
    )  # fmt: skip


def test_a_table_is_judged_without_loading_what_only_a_lake_needs() -> None:
    program = (
        "import sys; from orchestration.cli.app import app;"
        f"app(['ingest', '--check', {str(DELIVERIES / '04a-first-delivery.csv')!r},"
        f" '--mapping', {str(DELIVERIES / 'mapping.yaml')!r}], standalone_mode=False);"
        "print(sorted({'boto3', 'pyarrow', 'duckdb', 'psycopg', 'prefect', 'dask', 'openpyxl',"
        " 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True,
        check=True, timeout=120,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"


def test_records_of_another_system_are_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text('{"id": "1", "fecha": "2025-03-01", "tipo": "Queja"}\n' * 2, encoding="utf-8")
    code, printed, refused = run("ingest", "--check", str(path), "--source", "email")
    assert (code, "MISSING_FIELD" in printed) == (1, True)
    assert "simulator/contracts/RAW-PQRS.schema.json" in refused
    assert "as CSV, and give --mapping" in refused
