"""`pqr ingest`, from files of others to gold, beside a world that people see."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.integration.run.lake import ROOT, Lake, LakeFactory
from tests.integration.run.test_run import row_checksums
from tests.unit.ingest.test_delivered_events import event

sys.path.insert(0, str(ROOT / "tests" / "oracle"))
from awkward_cases import awkward_lines

# A run a delivery, on a machine that may be busy.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

SAMPLE = ROOT / "docs" / "ingest" / "pqrs_entidad.csv"
TABLE_OF_OPEN_CASES = """
    select
        pqrs_type,
        count(*) filter (where is_overdue),
        round(sum(overdue_seconds) / nullif(86400.0 * count(*) filter (where is_overdue), 0), 2)
    from silver.v_tickets_open group by 1 order by 1
"""
THE_SAME_IN_GOLD = """
    select pqrs_type, overdue_count, avg_overdue_days from gold.kpi_sla_daily
    where day = (select max(day) from gold.kpi_sla_daily) order by 1
"""


def test_deliveries_add_up_beside_what_is_live(new_lake: LakeFactory, tmp_path: Path) -> None:
    lake = new_lake()
    mapping = str(SAMPLE.with_suffix(".yaml"))
    sample = _ingest(
        lake, str(SAMPLE), "--mapping", mapping, "--source", "webform", "--world", "entity",
        "--publish",
    )  # fmt: skip
    assert lake.query("select count(*) from silver.tickets")[0][0] == 6
    live, objects = row_checksums(lake), lake.objects()

    email = _ingest(lake, str(_awkward(tmp_path, "email")), "--source", "email")
    assert [step["step"] for step in email["steps"]] == [
        "raw", "bronze", "enrichment", "silver", "gold",
    ]  # fmt: skip
    assert all(step["rows"] for step in email["steps"])
    assert email["status"] == "COMMITTED"
    refused = lake.pqr("publish", "--run-id", email["run_id"])
    assert "it was never published: repeat its command, `pqr ingest` with --publish" in (
        refused.stderr
    )
    assert row_checksums(lake) == live
    kept = lake.objects()
    assert {key: kept.get(key) for key in objects} == objects

    rest = _ingest(lake, str(_awkward(tmp_path, "webform")), "--source", "webform", "--publish")
    assert rest["world_id"] == email["world_id"] != sample["world_id"]
    channels = lake.query("select distinct source_channel from silver.tickets order by 1")
    assert channels == [("email",), ("webform",)]
    # Cases on hold beyond their due date, paused clocks, holidays: the view agrees with gold.
    assert lake.query(TABLE_OF_OPEN_CASES) == lake.query(THE_SAME_IN_GOLD)
    assert sum(int(str(row[1])) for row in lake.query(THE_SAME_IN_GOLD)) > 1

    # A simulated world is shown in place of what somebody delivered only if that is asked for.
    refused = lake.pqr("run", "--days", "1")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "delivered events of world ingested" in refused.stderr
    assert "--replace-live" in refused.stderr
    assert lake.query("select kind from meta.worlds where kind = 'simulated'") == []

    back = lake.pqr("publish", "--run-id", sample["run_id"])
    assert back.returncode == 0, back.stderr
    assert row_checksums(lake) == live


def test_a_line_in_quarantine_takes_nothing_out_of_the_world(
    new_lake: LakeFactory, tmp_path: Path
) -> None:
    lake, path = new_lake(), tmp_path / "events.jsonl"
    days = ("--start", "2025-03-01", "--end", "2025-03-31")

    def take(lines: list[bytes], *more: str) -> subprocess.CompletedProcess[str]:
        path.write_bytes(b"".join(lines))
        limit = ("--quarantine-limit", "50")
        return lake.pqr("ingest", str(path), "--source", "email", *limit, *more)

    def numbers() -> list[str]:
        asked = "select external_id from silver.tickets order by 1"
        done = lake.pqr("sql", "--world", "ingested", "-c", asked, "--format", "csv")
        return done.stdout.split()[1:]

    def case(number: int, **changes: str) -> bytes:
        return event(number, external_id=f"E-{number}", **changes)

    assert take([case(1), case(2)]).returncode == 0
    # A correction with a slip in it: the event that it is to correct stays.
    done = take([case(1, priority="urgente"), case(3)])
    assert done.returncode == 0, done.stderr
    assert "UNKNOWN_PRIORITY  events.jsonl:1  data.priority: 'urgente'" in done.stdout
    assert numbers() == ["E-1", "E-2", "E-3"]
    # Lines that were set aside before are not counted against a table that is clean.
    header, cell, *_ = SAMPLE.read_text(encoding="utf-8").splitlines()
    table = tmp_path / "table.csv"
    table.write_text("\n".join([header, cell]), encoding="utf-8")
    mapping = str(SAMPLE.with_suffix(".yaml"))
    done = lake.pqr("ingest", str(table), "--mapping", mapping, "--source", "webform")
    assert done.returncode == 0, done.stderr
    assert numbers() == ["2025-0001", "E-1", "E-2", "E-3"]
    # A line that was cut could be of the case that the delivery lacks.
    refused = take([case(1), case(3), case(2)[:40] + b"\n"], "--replace", *days)
    assert refused.returncode == 1
    assert "and 1 row in quarantine may be of them" in " ".join(refused.stderr.split())


def test_an_event_may_come_again_as_that_of_another_case(
    new_lake: LakeFactory, tmp_path: Path
) -> None:
    lake = new_lake()

    def take(name: str, *lines: bytes) -> None:
        path = tmp_path / name
        path.write_bytes(b"".join(lines))
        _ingest(lake, str(path), "--source", "email")

    def message_of(case: int) -> bytes:
        said = {
            "event_id": str(UUID(int=9)), "ticket_id": str(UUID(int=1000 + case)),
            "event_type": "MESSAGE_ADDED", "ts": "2025-04-10T14:00:00.000000Z",
            "data": {"role": "citizen", "text": "Sigue igual", "text_len": 11},
        }  # fmt: skip
        return json.dumps(said).encode() + b"\n"

    def messages() -> list[str]:
        asked = "select external_id, messages_count from silver.tickets order by 1"
        done = lake.pqr("sql", "--world", "ingested", "-c", asked, "--format", "csv")
        return done.stdout.split()[1:]

    take("march.jsonl", event(1, external_id="E-1"))
    later = event(2, external_id="E-2", ts="2025-04-01T14:12:00.000000Z")
    take("april.jsonl", later, message_of(1))
    assert messages() == ["E-1,1", "E-2,0"]
    take("corrected.jsonl", message_of(2))
    assert messages() == ["E-1,0", "E-2,1"]


def test_the_account_is_of_the_delivery_and_not_of_the_run_that_has_it(
    new_lake: LakeFactory, tmp_path: Path
) -> None:
    lake = new_lake()
    header, *rows = SAMPLE.read_text(encoding="utf-8").splitlines()
    mapping = ("--mapping", str(SAMPLE.with_suffix(".yaml")), "--source", "webform")
    paths = [tmp_path / name for name in ("first.csv", "second.csv", "slip.csv")]
    for path, chosen in zip(paths, (rows[:1], rows[:2], [rows[0], "X-1"]), strict=True):
        path.write_text("\n".join([header, *chosen]), encoding="utf-8")
    for path in paths[:2]:
        _ingest(lake, str(path), *mapping)
    again = _ingest(lake, str(paths[0]), *mapping)
    assert (again["changed"], again["delivery"]["rows"]) == (False, 1)
    said = lake.pqr("ingest", str(paths[2]), *mapping)
    assert said.returncode == 0, said.stderr
    assert "1 row in quarantine is said here alone, since no run is made" in said.stdout


def _awkward(folder: Path, source: str) -> Path:
    """The hand-written cases of one channel as a file that somebody delivers."""
    path = folder / f"{source}.jsonl"
    lines = [line.event for line in awkward_lines() if line.source == source]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def _ingest(lake: Lake, *arguments: str) -> dict[str, Any]:
    done = lake.pqr("ingest", *arguments, "--quarantine-limit", "20", "--json")
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report
