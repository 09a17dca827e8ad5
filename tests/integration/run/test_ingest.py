"""`pqr ingest`, from files of others to gold, beside a world that people see."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.run.lake import ROOT, Lake, LakeFactory
from tests.integration.run.test_run import row_checksums

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
