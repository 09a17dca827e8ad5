"""Deliveries of others, from the command to gold: they add up; of a refused one nothing stays."""

import subprocess
from pathlib import Path

import pytest

from tests.integration.run.lake import ROOT, Lake, LakeFactory

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

DELIVERIES = ROOT / "tests" / "data" / "deliveries"
SAMPLE = ROOT / "docs" / "ingest" / "pqrs_entidad.csv"
TICKETS = "select external_id, current_status from silver.tickets order by 1"
NOT_PASSED = "select check_name from meta.data_quality where result not in ('PASS', 'SKIPPED')"


@pytest.fixture(scope="module")
def lake(new_lake: LakeFactory) -> Lake:
    return new_lake()


def ingest(
    lake: Lake, file: str | Path, *more: str, mapping: Path = DELIVERIES / "mapping.yaml"
) -> subprocess.CompletedProcess[str]:
    path = DELIVERIES / file
    return lake.pqr("ingest", str(path), "--mapping", str(mapping), "--source", "webform", *more)


def published_whole(lake: Lake, file: Path, end: str) -> None:
    """Publish a delivery of the docs; no check says anything against it."""
    own = ("--world", "sample", "--end", end, "--publish")
    done = ingest(lake, file, *own, mapping=SAMPLE.with_suffix(".yaml"))
    assert done.returncode == 0, done.stderr
    assert lake.query(NOT_PASSED) == []
    assert "(PUBLISHED)" in done.stdout


def test_the_sample_ends_with_every_answered_case_closed_and_sound(lake: Lake) -> None:
    published_whole(lake, SAMPLE, "2025-03-31")
    answered = lake.query("select count(*) from silver.tickets where current_status = 'CLOSED'")
    rows = SAMPLE.read_text(encoding="utf-8").splitlines()[1:]
    assert answered == [(sum(not line.endswith(";") for line in rows),)]


def test_the_texts_of_three_more_cases_are_no_drift(lake: Lake) -> None:
    published_whole(lake, SAMPLE.with_name("pqrs_entidad_april.csv"), "2025-04-30")


def test_deliveries_of_one_world_add_up_and_a_refused_one_leaves_nothing(lake: Lake) -> None:
    refused = ingest(lake, "06-number-used-twice-and-empty.csv", "--world", "two")
    assert refused.returncode == 1
    assert "KEY_REUSED" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert ingest(lake, "04a-first-delivery.csv", "--world", "two").returncode == 0
    late = ingest(lake, "04b-one-late-case.csv", "--world", "two", "--publish")
    assert late.returncode == 0, late.stderr
    whole = [("L-0", "IN_PROGRESS"), ("L-1", "IN_PROGRESS"), ("L-2", "CLOSED")]
    assert lake.query(TICKETS) == whole

    again = ingest(lake, "04a-first-delivery.csv", "--world", "two", "--publish")
    assert again.returncode == 0, again.stderr
    assert "nothing changes" in again.stdout
    assert lake.query(TICKETS) == whole
    assert lake.query("select count(*) from meta.deliveries") == [(4,)]


def test_a_row_that_cannot_become_a_case_is_listed_with_its_place(lake: Lake) -> None:
    done = ingest(lake, "01-one-date-in-another-notation.csv", "--world", "one", "--publish")
    assert done.returncode == 0, done.stderr
    assert "61 rows = 60 cases made + 0 merged + 1 in quarantine (TIME_FORMAT 1)" in done.stdout
    assert lake.query("select count(*) from silver.tickets") == [(60,)]
    run_id = str(lake.query("select run_id from meta.deliveries where rows_total = 61")[0][0])
    listed = lake.pqr("quarantine", run_id, "--show")
    assert "TIME_FORMAT  01-one-date-in-another-notation.csv:62" in listed.stdout
    assert lake.pqr("verify").returncode == 0


def test_replace_takes_the_only_case_of_a_month_out_of_the_world(
    lake: Lake, tmp_path: Path
) -> None:
    rows = [
        "V-1;30/03/2025 09:12;Chat;Queja;Cali;Uno;",
        "V-2;15/04/2025 09:12;Chat;Queja;Cali;Dos;16/04/2025 10:00",
        "V-3;01/05/2025 09:12;Chat;Queja;Cali;Tres;",
        "\x1b[2J;01/05/2025 09:12;Chat;Queja;Cali;Tres;",
    ]
    created = "select external_id, created_day::text from silver.tickets order by 1"
    arrived = (
        "select day::text, sum(tickets_count)::int from gold.kpi_volume_daily"
        " group by 1 having sum(tickets_count) > 0 order by 1"
    )
    assert ingest(lake, register(tmp_path / "whole.csv", rows), "--world", "three").returncode == 0
    less = register(tmp_path / "less.csv", [rows[0], rows[2]])
    days = ("--start", "2025-03-30", "--end", "2025-05-01")
    done = ingest(lake, less, "--world", "three", "--publish", "--replace", *days)
    assert done.returncode == 0, done.stderr
    assert "--replace takes 1 case out of the world: V-2" in done.stdout
    assert lake.query(created) == [("V-1", "2025-03-30"), ("V-3", "2025-05-01")]
    assert lake.query(arrived) == [("2025-03-30", 1), ("2025-05-01", 1)]
    assert lake.query("select count(*) from core.ticket_events where ticket_id not in"
                      " (select ticket_id from silver.tickets)") == [(0,)]  # fmt: skip
    first = lake.query("select run_id from meta.deliveries where rows_total = 4")[0][0]
    listed = lake.pqr("quarantine", str(first), "--show")
    assert "CONTROL_CHARACTER  whole.csv:5\n  Radicado: '\\x1b[2J'" in listed.stdout

    # A number with another day of creation is another case, unless it is to replace the old one.
    moved = register(tmp_path / "moved.csv", ["V-1;04/04/2025 09:12;Chat;Queja;Cali;Uno;"])
    refused = ingest(lake, moved, "--world", "three", "--quarantine-limit", "0")
    assert refused.returncode == 1
    assert "KEY_REUSED  moved.csv:2  Radicado: 'V-1'" in refused.stderr
    assert "created on 2025-03-30" in refused.stderr
    done = ingest(lake, moved, "--world", "three", "--publish", "--replace")
    assert done.returncode == 0, done.stderr
    assert lake.query(created) == [("V-1", "2025-04-04"), ("V-3", "2025-05-01")]
    assert lake.query(arrived) == [("2025-04-04", 1), ("2025-05-01", 1)]
    assert lake.pqr("verify").returncode == 0

    # A delivery is taken once, and then says how it is taken again.
    again = ingest(lake, str(tmp_path / "whole.csv"), "--world", "three")
    assert again.returncode == 0, again.stderr
    assert "this delivery was taken before" in again.stdout
    assert lake.query(created) == [("V-1", "2025-04-04"), ("V-3", "2025-05-01")]
    back = ingest(lake, str(tmp_path / "whole.csv"), "--world", "three", "--publish", "--replace")
    assert back.returncode == 0, back.stderr
    assert len(lake.query(created)) == 3
    office = register(tmp_path / "office.csv", ["V-2;15/04/2025 09:12;Teléfono;Queja;Cali;Otro;"])
    other = ingest(lake, office, "--world", "three")
    assert (
        "in the world already, so that what is delivered now counts: 1 case (V-2)" in other.stdout
    )
    assert "not the same: 1 case (V-2: chat, now call)" in other.stdout
    assert "answered or closed in the world, open now: 1 case (V-2)" in other.stdout


def test_replace_takes_out_what_a_delivery_lacks_on_the_days_that_it_covers(
    lake: Lake, tmp_path: Path
) -> None:
    rows = [
        "R-1;03/03/2025 09:12;Chat;Queja;Cali;uno;",
        "R-2;03/03/2025 10:12;Chat;Queja;Cali;dos;",
        "R-3;04/03/2025 10:12;Chat;Queja;Cali;tres;",
        "R-4;05/03/2025 10:12;Chat;Queja;Cali;cuatro;",
        "R-5;05/03/2025 11:12;Teléfono;Queja;Cali;cinco;",
    ]
    days = ("--start", "2025-03-01", "--end", "2025-03-31")
    less = register(tmp_path / "less.csv", [rows[0], rows[2]])

    def take(path: str, *more: str) -> str:
        done = ingest(lake, path, "--world", "four", *more)
        assert done.returncode == 0, done.stderr
        return " ".join(done.stdout.split())

    def numbers() -> list[str]:
        asked = lake.pqr(
            "sql", "--world", "four", "-c", "select external_id from silver.tickets order by 1",
            "--format", "csv",
        )  # fmt: skip
        return asked.stdout.split()[1:]

    take(register(tmp_path / "five.csv", rows), *days)
    assert "the world has 1 case (R-2) beside it, and keeps them" in take(less, "--replace")
    assert numbers() == ["R-1", "R-2", "R-3", "R-4", "R-5"]

    tried = take(less, "--replace", *days, "--check")
    for done in (tried, take(less, "--replace", *days)):
        assert "--replace takes 2 cases out of the world: R-2, R-4" in done
        assert "cases of other channels on these days stay: 1 of call" in done
    assert numbers() == ["R-1", "R-3", "R-5"]

    # A row in quarantine names its case; one without a number could be any.
    slip = register(tmp_path / "slip.csv", [rows[0], rows[2].replace("tres;", "tres;31/02/2025")])
    lenient = ("--quarantine-limit", "50", "--replace", *days)
    assert "nothing changes" in take(slip, *lenient)
    lost = register(tmp_path / "lost.csv", [rows[0], rows[2].replace("R-3", "")])
    refused = ingest(lake, lost, "--world", "four", *lenient)
    assert refused.returncode == 1
    assert "would take 1 case (R-3) out of the world, and 1 row in quarantine" in " ".join(
        refused.stderr.split()
    )
    assert numbers() == ["R-1", "R-3", "R-5"]

    # Nothing happened on these days, in the channel of --source.
    nothing = register(tmp_path / "nothing.csv", [])
    said = take(nothing, "--source", "chat", "--replace", *days)
    assert "--replace takes 2 cases out of the world: R-1, R-3" in said
    assert numbers() == ["R-5"]

    letters = take(register(tmp_path / "letters.csv", ["r-5;05/03/2025 11:12;Chat;Queja;Cali;c;"]))
    assert "differ in capital letters or leading zeros" in letters
    assert "other cases: 1 case (R-5)" in letters


def test_a_case_of_the_range_keeps_what_happened_after_it(lake: Lake, tmp_path: Path) -> None:
    rows = [
        "Z-1;03/03/2025 09:12;Chat;Queja;Cali;Uno;",
        "Z-2;04/03/2025 09:12;Chat;Queja;Cali;Dos;06/03/2025 10:00",
        "Z-3;05/03/2025 09:12;Chat;Queja;Cali;Tres;06/03/2025 10:00",
    ]
    days = ("--start", "2025-03-03", "--end", "2025-03-04", "--quarantine-limit", "50")
    path = register(tmp_path / "march.csv", rows)
    done = ingest(lake, path, "--world", "range", "--publish", *days)
    assert done.returncode == 0, done.stderr
    assert "2 cases made + 0 merged + 1 in quarantine (DAY_OUT_OF_RANGE 1)" in done.stdout
    assert "2025-03-03 to 2025-03-06" in done.stdout
    assert lake.query(TICKETS) == [("Z-1", "IN_PROGRESS"), ("Z-2", "CLOSED")]


def test_a_closing_of_a_later_month_may_be_taken_back(lake: Lake, tmp_path: Path) -> None:
    rows = [
        "Y-1;03/01/2025 09:12;Chat;Queja;Cali;Uno;10/02/2025 10:00",
        "Y-2;04/01/2025 09:12;Chat;Queja;Cali;Dos;",
    ]
    path = register(tmp_path / "february.csv", rows)
    days = ("--world", "back", "--end", "2025-02-28", "--publish")
    assert ingest(lake, path, *days).returncode == 0
    assert lake.query(TICKETS) == [("Y-1", "CLOSED"), ("Y-2", "IN_PROGRESS")]
    open_again = register(tmp_path / "corrected.csv", [rows[0].rpartition(";")[0] + ";"])
    done = ingest(lake, open_again, *days)
    assert done.returncode == 0, done.stderr
    assert "answered or closed in the world, open now: 1 case (Y-1)" in done.stdout
    assert lake.query(TICKETS) == [("Y-1", "IN_PROGRESS"), ("Y-2", "IN_PROGRESS")]
    assert lake.query(
        "select sum(backlog_count)::int from gold.kpi_backlog_daily where day = '2025-02-28'"
    ) == [(2,)]


def register(path: Path, rows: list[str]) -> str:
    """A register with these rows."""
    header = (DELIVERIES / "04a-first-delivery.csv").read_text(encoding="utf-8").splitlines()[0]
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return str(path)
