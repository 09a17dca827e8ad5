"""What cannot be reported ends in one line with a way out; text of others does nothing."""

from pathlib import Path

import openpyxl
import pytest

from tests.integration.report.conftest import World, Worlds

HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>\u202eabc'


def refused(
    world: World, *arguments: str, code: int, words: tuple[str, ...], **variables: str
) -> None:
    done = world.pqr("report", *arguments, **variables)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert all(word in done.stderr for word in words), done.stderr


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2025-T4", ("2025-T4", "2025-Q4")),
        ("2026-Q1", ("2026-03-31", "2025-12-31", "2025-Q4", "pqr run")),
        ("2025-08", ("2025-08-31", "2025-09-01", "2025-09")),
    ],
)
def test_a_period_that_is_not_one_or_not_over_or_not_published(
    world: World, tmp_path: Path, period: str, words: tuple[str, ...]
) -> None:
    refused(world, "--period", period, "--output", str(tmp_path / "new"), code=2, words=words)
    assert not (tmp_path / "new").exists()


def test_a_language_that_the_report_does_not_speak(world: World) -> None:
    refused(world, "--period", "2025-Q4", "--lang", "fr", code=2, words=("fr", "es or en"))


def test_a_period_with_a_gap(worlds: Worlds, tmp_path: Path) -> None:
    world = worlds(gap="2025-10-15", last_day="2025-10-31")
    words = ("2025-10-15", "gap", "pqr backfill")
    refused(world, "--period", "2025-10", "--output", str(tmp_path), code=2, words=words)


def test_a_period_whose_day_before_is_missing(worlds: Worlds, tmp_path: Path) -> None:
    world = worlds(gap="2025-10-31", last_day="2025-11-30")
    words = ("2025-10-31", "gap", "pqr backfill")
    refused(world, "--period", "2025-11", "--output", str(tmp_path), code=2, words=words)


def test_nothing_published_yet(worlds: Worlds) -> None:
    refused(worlds(publish=False), "--period", "2025-Q4", code=2, words=("pqr run",))
    unprepared = worlds(publish=False, migrated=False)
    refused(unprepared, "--period", "2025-Q4", code=2, words=("pqr run",))


def test_a_folder_that_cannot_be_written_to(world: World, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = str(tmp_path / "file" / "reports")
    refused(
        world,
        "--period",
        "2025-Q4",
        "--output",
        folder,
        "--no-pdf",
        code=2,
        words=("--output", folder),
    )
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_postgres_down(world: World) -> None:
    dsn = "postgresql://lake_writer:x@127.0.0.1:1/none"
    variables = {
        "PQR_POSTGRES_DSN": dsn,
        "PQR_POSTGRES_READER_DSN": dsn,
        "PQR_POSTGRES_ADMIN_DSN": dsn,
    }
    refused(world, "--period", "2025-Q4", code=3, words=("pqr up",), **variables)


def test_figures_that_disagree_are_not_reported(worlds: Worlds, tmp_path: Path) -> None:
    import psycopg

    world = worlds(last_day="2025-09-30")
    with psycopg.connect(world.settings.postgres.admin_dsn) as connection:
        connection.execute(
            "update gold.kpi_volume_daily set tickets_count = tickets_count + 1"
            " where (day, channel, pqrs_type) = ('2025-09-10', 'email', 'P')"
        )
    words = ("received", "gold.kpi_volume_daily", "pqr verify")
    refused(world, "--period", "2025-09", "--output", str(tmp_path), code=1, words=words)
    assert list(tmp_path.iterdir()) == []


def test_text_of_others_does_nothing(worlds: Worlds, tmp_path: Path) -> None:
    world = worlds(subtype=HOSTILE, last_day="2025-09-30")
    entity = "=1+1<img src=x onerror=alert(1)>\u202e"
    done = world.pqr(
        "report", "--period", "2025-09", "--output", str(tmp_path), "--entity", entity, "--no-pdf"
    )
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "informe-pqrs-2025-09-es.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\u202eabc" in page
    book = openpyxl.load_workbook(tmp_path / "informe-pqrs-2025-09-es.xlsx")
    cells = [cell for item in book.worksheets for row in item.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    texts = "".join(path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.csv"))
    assert "'=HYPERLINK" in texts
    assert ",=HYPERLINK" not in texts
    assert ',"=HYPERLINK' not in texts
