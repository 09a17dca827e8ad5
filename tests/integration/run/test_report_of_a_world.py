"""The official report of a world that the command made: its cells are those of SQL, es and en."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import psycopg
import pytest

from orchestration.report.indicators import INDICATORS
from orchestration.report.period import parse_period
from tests.integration.run.lake import Lake, LakeFactory, small_world
from tests.integration.run.report_check import Rows, differences, sheets_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@dataclass(frozen=True)
class Reported:
    """A published world of two months, and the folder with the reports of the second."""

    lake: Lake
    folder: Path

    @property
    def workbook(self) -> Path:
        return self.folder / "informe-pqrs-2026-01-es.xlsx"

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """As bi_reader: what is not published cannot be read."""
        with psycopg.connect(self.lake.settings.postgres.reader_dsn) as connection:
            return connection.execute(query.encode()).fetchall()


@pytest.fixture(scope="module")
def reported(new_lake: LakeFactory, tmp_path_factory: pytest.TempPathFactory) -> Reported:
    folder = tmp_path_factory.mktemp("reported")
    config = small_world(folder, cases=30)
    text = config.read_text(encoding="utf-8")
    # It begins with December, and what is rare happens often enough to be compared.
    for usual, here in (
        ("start: 2025-09-01", "start: 2025-12-01"),
        ("denied: 0.04", "denied: 0.50"),
        ("share: 0.02 ", "share: 0.20 "),
    ):
        assert text.count(usual) == 1, usual
        text = text.replace(usual, here)
    config.write_text(text, encoding="utf-8")
    lake = new_lake()
    done = lake.pqr("run", "--config", str(config), "--start", "2025-12-01", "--days", "62")
    assert done.returncode == 0, done.stdout + done.stderr
    for language in ("es", "en"):
        done = lake.pqr(
            "report", "--period", "2026-01", "--lang", language, "--output", str(folder), "--no-pdf"
        )
        assert done.returncode == 0, done.stderr
    return Reported(lake, folder)


def test_extensions_are_not_taken_for_rows_that_silver_left_out(reported: Reported) -> None:
    found = reported.sql(
        "select distinct result from meta.quality_checks where check_name = 'bronze_rows_left_out'"
    )
    assert found == [("PASS",)]


def test_every_cell_of_the_workbook_is_that_of_sql(reported: Reported) -> None:
    period = parse_period("2026-01")
    found = differences(
        reported.lake.settings.postgres.dsn, reported.workbook, period, period.before()
    )
    assert {name: rest for name, (_, *rest) in found.items() if any(rest)} == {}
    assert sum(cells for cells, *_ in found.values()) > 2000


def test_what_is_rare_is_in_the_world_that_is_compared(reported: Reported) -> None:
    sheets = sheets_of(reported.workbook)
    assert all(row[1] for row in sheets["desenlaces"])
    assert sheets["acceso-negado"][-1][5] > 5
    assert sheets["prorrogas"][-1][1] > 5
    assert len(sheets["por-peticionario"]) == 4
    assert len(sheets["por-dependencia"]) > 5


def test_what_is_at_risk_and_overdue_is_what_the_views_list(reported: Reported) -> None:
    wanted = reported.sql(
        """
        select coalesce(o.name, 'Sin asignar'), count(*),
            count(*) filter (where v.is_at_risk is not true and v.is_overdue is not true),
            count(*) filter (where v.is_at_risk), count(*) filter (where v.is_overdue)
        from silver.v_tickets_open v left join silver.dim_dependencia o using (dependencia_id)
        group by 1
        """
    )
    loads: Rows = sheets_of(reported.workbook)["en-riesgo"]
    assert sorted(loads[:-1]) == sorted(wanted)
    ((at_risk, ranked),) = reported.sql(
        "select count(*), count(distinct (dependencia_id, urgency_rank))"
        " from silver.v_tickets_at_risk"
    )
    assert at_risk == ranked == loads[-1][3] > 0


def test_both_languages_have_the_same_figures_and_every_indicator_its_column(
    reported: Reported,
) -> None:
    books = [
        openpyxl.load_workbook(reported.folder / name)
        for name in ("informe-pqrs-2026-01-es.xlsx", "pqrs-report-2026-01-en.xlsx")
    ]
    figures = [
        [
            [
                v
                for row in sheet.iter_rows(min_row=2, values_only=True)
                for v in row
                if isinstance(v, int | float)
            ]
            for sheet in book.worksheets
        ]
        for book in books
    ]
    assert figures[0] == figures[1]
    assert sum(map(len, figures[0])) > 1000
    columns = {
        (f"{schema}.{view}", column)
        for schema, view, column in reported.sql(
            "select table_schema, table_name, column_name from information_schema.columns"
        )
    }
    for item in INDICATORS:
        for source in item.source.split(", ") if item.section else ():
            schema, view, *column = source.split(".")
            assert any(
                name == f"{schema}.{view}" and column in ([], [found]) for name, found in columns
            ), source
