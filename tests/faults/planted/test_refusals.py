"""A refusal leaves nothing behind: the corrected try goes through, a change taken back heals."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.faults.planted.test_gate_decides import CHECK, with_policy
from tests.integration.run.lake import ROOT, Lake, LakeFactory

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

IMPOSSIBLE = "events_per_creation: {severity: critical, min: 1000}"
TICKET = "00000000-0000-4000-8000-00000000000{}"


@pytest.fixture(scope="module")
def lake(settings: object) -> Lake:
    return LakeFactory(settings)()  # type: ignore[arg-type]


def delivery(folder: Path, number: int, day: str, *, is_radicated: bool = True) -> Path:
    """A case in a file of its own: created, and radicated an hour later."""
    ticket = TICKET.format(number)
    place = {"geo_region": "Andina", "geo_municipio": "Bogotá, D.C."}
    created = {
        "external_id": f"PQR-{number}", "source_channel": "email", "pqrs_type": "P",
        "priority": "alta", **place,
    }  # fmt: skip
    change = {"status_from": "RECEIVED", "status_to": "RADICATED", "actor_role": "system"}
    events = [("TICKET_CREATED", f"{day}T15:00:00.000000Z", created)]
    if is_radicated:
        events.append(("STATUS_CHANGED", f"{day}T16:00:00.000000Z", change))
    path = folder / f"case-{number}.jsonl"
    path.write_text(
        "".join(
            json.dumps(
                {
                    "event_id": f"{number}0000000-0000-4000-8000-00000000000{index}",
                    "ticket_id": ticket,
                    "event_type": kind,
                    "ts": ts,
                    "data": data,
                },
                ensure_ascii=False,
            )
            + "\n"
            for index, (kind, ts, data) in enumerate(events)
        ),
        encoding="utf-8",
    )
    return path


def ingest(
    lake: Lake, project: Path, file: Path, *more: str, world: str = "w"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        lake.command("ingest", str(file), "--source", "email", "--world", world, "--json", *more),
        env={**lake.environment, "PYTHONPATH": str(project)},
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_refused_delivery_does_not_refuse_the_next(
    lake: Lake,
    project: Path,
    tmp_path: Path,
) -> None:
    with_policy(project, (CHECK, IMPOSSIBLE))
    refused = ingest(lake, project, delivery(tmp_path, 1, "2025-09-01"))
    assert refused.returncode == 1, refused.stderr
    assert "events_per_creation" in refused.stderr
    # Refused bronze is not committed: nothing can be built on it.
    assert lake.query("select layer from meta.manifest_index") == [("raw",)]

    corrected = ingest(lake, ROOT, delivery(tmp_path, 2, "2025-09-01"), "--publish")
    assert corrected.returncode == 0, corrected.stderr
    assert lake.query("select external_id from silver.tickets") == [("PQR-2",)]
    # The refused file itself, under a policy that lets it through: it is judged again.
    accepted = ingest(lake, ROOT, tmp_path / "case-1.jsonl", "--publish")
    assert accepted.returncode == 0, accepted.stderr
    assert ("PQR-1",) in lake.query("select external_id from silver.tickets")


def test_a_change_of_state_that_no_rule_allows_is_published_as_degraded(
    lake: Lake, project: Path, tmp_path: Path
) -> None:
    file = delivery(tmp_path, 4, "2025-09-03")
    change = json.loads(file.read_text(encoding="utf-8").splitlines()[1])
    change |= {"event_id": "40000000-0000-4000-8000-000000000002"}
    change |= {"ts": "2025-09-03T17:00:00.000000Z"}
    change["data"] |= {"status_from": "RADICATED", "status_to": "ARCHIVED", "actor_role": "agent"}
    with file.open("a", encoding="utf-8") as target:
        target.write(json.dumps(change) + "\n")
    done = ingest(lake, project, file, "--publish")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "DEGRADED"
    warned = lake.query(
        "select check_name from meta.current_checks join meta.etl_runs using (run_id)"
        " where tool = 'dbt' and result = 'WARN' and date_min = '2025-09-03'"
    )
    assert ("transition_is_valid",) in warned


def test_a_seed_changed_and_changed_back_heals(
    lake: Lake,
    project: Path,
    tmp_path: Path,
) -> None:
    # A world of its own: gold refuses days of other runs that were judged by the other list.
    file = delivery(tmp_path, 3, "2025-09-02")
    first = json.loads(ingest(lake, project, file, "--publish", world="seeds").stdout)
    seed = project / "seeds" / "dim_status_transition.csv"
    kept = seed.read_bytes()
    seed.write_bytes(kept.replace(b"RECEIVED,RADICATED\n", b""))
    degraded = ingest(lake, project, file, "--publish", world="seeds")
    assert degraded.returncode == 0, degraded.stderr
    assert json.loads(degraded.stdout)["status"] == "DEGRADED"
    assert lake.query("select is_degraded from meta.live_publication") == [(True,)]
    seed.write_bytes(kept)
    healed = ingest(lake, project, file, "--publish", world="seeds")
    assert healed.returncode == 0, healed.stderr
    assert json.loads(healed.stdout)["status"] == first["status"]
    assert lake.query("select is_degraded from meta.live_publication") == [
        (first["status"] == "DEGRADED",)
    ]
