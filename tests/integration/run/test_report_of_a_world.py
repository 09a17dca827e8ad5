"""The official report of a world that the command made: its cells are those of SQL, es and en."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import psycopg
import pytest

from orchestration.report.indicators import INDICATORS
from orchestration.report.words import TEXTS
from tests.integration.run.lake import Lake, LakeFactory, small_world

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

FIRST, LAST = "2026-01-01", "2026-01-31"
# Walked day by day over the calendar, from the creation to the answer.
ANSWERS = f"""
select e.outcome, t.pqrs_type, coalesce(t.subtype, '') as subtype,
    e.is_withdrawal_tacit as is_tacit,
    case e.outcome when 'TRANSFERRED' then e.is_transfer_in_time
        else e.sla_elapsed_seconds <= e.sla_seconds end as in_term,
    (
        select coalesce(sum(extract(epoch from least(
                date_trunc('second', e.ts at time zone 'America/Bogota'), k.day + interval '1 day'
            ) - greatest(date_trunc('second', t.created_at at time zone 'America/Bogota'), k.day)
        )), 0)
        from silver.dim_calendar k where k.is_business_day and k.day between t.created_day and e.day
    ) as seconds
from silver.status_events e join silver.tickets t using (ticket_id)
where e.is_valid and e.status_to = 'RESPONDED' and e.day between '{FIRST}' and '{LAST}'
"""
# Time in each state since radication, added up: on hold, and not.
WAITS = f"""
select * from (
    select t.pqrs_type, e.status_to, e.day, e.is_valid,
        sum(case when status_from = 'ON_HOLD' then state_business_seconds else 0 end)
            over life as citizen,
        sum(case when status_from in ('ON_HOLD', 'RECEIVED') then 0 else state_business_seconds end)
            over life as entity
    from silver.status_events e join silver.tickets t using (ticket_id)
    where e.is_valid
    window life as (partition by ticket_id order by change_no)
) as lives
where status_to = 'CLOSED' and day between '{FIRST}' and '{LAST}'"""
TYPES = "(array['Petición','Queja','Reclamo','Sugerencia'])[strpos('PQRS', pqrs_type)]"
SUBTYPES = """case subtype when '' then 'Sin subtipo' when 'general' then 'General'
    when 'consulta' then 'Consulta' when 'informacion' then 'Información y documentos' end"""
OUTCOMES = """case outcome when 'ANSWERED' then 'Respondida' when 'TRANSFERRED' then 'Trasladada'
    when 'DENIED' then 'Acceso negado' when 'WITHDRAWN' then 'Desistida' end"""
OFFICE = "coalesce(o.name, 'Sin asignar')"


def days(column: str) -> str:
    """Mean, median and p90 of seconds, in days: of the nearest rank."""
    ordered = f"array_agg({column} order by {column})"
    return (
        f"round(avg({column}) / 86400, 2),"
        f" round(({ordered})[ceil(count(*) * 0.5)::int] / 86400, 2),"
        f" round(({ordered})[ceil(count(*) * 0.9)::int] / 86400, 2)"
    )


@dataclass(frozen=True)
class Reported:
    """A published world of two months, and the folder with the reports of the second."""

    lake: Lake
    folder: Path

    def sheet(self, name: str, file: str = "informe-pqrs-2026-01-es.xlsx") -> list[tuple[Any, ...]]:
        """The rows of a sheet without its head, up to its first empty line."""
        book = openpyxl.load_workbook(self.folder / file)
        found = next(item for item in book.worksheets if item.title.split(" ", 1)[-1] == name)
        rows = list(found.iter_rows(min_row=2, values_only=True))
        return rows[: next(i for i, row in enumerate(rows) if all(v is None for v in row))]

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


def plain(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [
        tuple(float(v) if isinstance(v, Decimal | int | float) else v for v in row) for row in rows
    ]


def assert_same(found: list[tuple[Any, ...]], wanted: list[tuple[Any, ...]]) -> None:
    assert wanted
    assert sorted(plain(found), key=str) == sorted(plain(wanted), key=str)


def test_extensions_are_not_taken_for_rows_that_silver_left_out(reported: Reported) -> None:
    found = reported.sql(
        "select distinct result from meta.quality_checks where check_name = 'bronze_rows_left_out'"
    )
    assert found == [("PASS",)]


def test_outcomes_and_denied_access_are_those_of_sql(reported: Reported) -> None:
    wanted = reported.sql(
        f"""
        select {OUTCOMES}, count(*), round(100.0 * count(*) / sum(count(*)) over (), 2),
            (
                select sum(responses_count)::bigint from gold.kpi_outcome_daily as k
                where k.outcome = a.outcome and day between '2025-12-01' and '2025-12-31'
            ),
            count(*) filter (where in_term), count(*) filter (where not in_term),
            round(100.0 * count(*) filter (where in_term) / count(*), 2),
            case outcome when 'WITHDRAWN' then count(*) filter (where is_tacit) end,
            {days("seconds")}
        from ({ANSWERS}) as a group by outcome
        """
    )
    assert len(wanted) == 4
    assert_same(reported.sheet("desenlaces")[:-1], wanted)
    wanted = reported.sql(
        f"""
        select {TYPES}, {SUBTYPES}, count(*), count(*) filter (where outcome = 'ANSWERED'),
            count(*) filter (where outcome = 'TRANSFERRED'),
            count(*) filter (where outcome = 'DENIED'),
            count(*) filter (where outcome = 'WITHDRAWN'),
            round(100.0 * count(*) filter (where outcome = 'DENIED') / count(*), 2)
        from ({ANSWERS}) as a group by pqrs_type, subtype
        """
    )
    assert_same(reported.sheet("acceso-negado")[:-1], wanted)


def test_extensions_and_waiting_times_are_those_of_sql(reported: Reported) -> None:
    wanted = reported.sql(
        f"""
        select {TYPES}, count(*) filter (where is_valid and e.day >= '{FIRST}'),
            count(*) filter (where is_valid and e.day < '{FIRST}'),
            count(distinct ticket_id) filter (where is_valid and e.day >= '{FIRST}'),
            sum(business_days) filter (where is_valid and e.day >= '{FIRST}'),
            count(*) filter (where not is_valid and e.day >= '{FIRST}')
        from silver.term_extensions e join silver.tickets t using (ticket_id) group by pqrs_type
        """
    )
    assert sum(row[1] for row in wanted) > 5
    found = [row for row in reported.sheet("prorrogas")[:-1] if any(row[1:])]
    assert_same(found, wanted)
    wanted = reported.sql(
        f"select {TYPES}, count(*), {days('citizen')}, {days('entity')}"
        f" from ({WAITS}) as w group by pqrs_type"
    )
    assert_same(reported.sheet("esperas")[:-1], wanted)


def test_themes_are_those_of_the_cases(reported: Reported) -> None:
    wanted = reported.sql(
        "select coalesce(topic, 'sin_tema'), count(*) from silver.case_topics"
        f" where day between '{FIRST}' and '{LAST}' group by 1"
    )
    assert len(wanted) > 5
    named = [(TEXTS[f"theme.{topic}"][0], count) for topic, count in wanted]
    assert_same([row[:2] for row in reported.sheet("por-tema")[:-1]], named)


def test_the_work_of_offices_and_what_is_at_risk_are_those_of_sql(reported: Reported) -> None:
    wanted = reported.sql(
        f"""
        select {OFFICE}, count(*) filter (where status_to = 'RESPONDED'),
            count(*) filter (where status_to = 'CLOSED'), count(*) filter (where is_within_sla),
            count(*) filter (where not is_within_sla)
        from silver.status_events e left join silver.dim_dependencia o using (dependencia_id)
        where is_valid and day between '{FIRST}' and '{LAST}' group by o.name
        having o.name is not null or bool_or(status_to in ('RESPONDED', 'CLOSED'))
        """
    )
    assert len(wanted) > 5
    assert_same([(row[0], *row[2:6]) for row in reported.sheet("por-dependencia")], wanted)
    at_risk = reported.sql(
        f"select {OFFICE}, count(*) from silver.v_tickets_at_risk v"
        " left join silver.dim_dependencia o using (dependencia_id) group by 1"
    )
    found = [(row[0], row[3]) for row in reported.sheet("en-riesgo")[:-1] if row[3]]
    assert_same(found, at_risk)
    wanted = reported.sql(
        f"select {OFFICE}, count(*), count(*) filter (where v.is_overdue)"
        " from silver.v_tickets_open v"
        " left join silver.dim_dependencia o using (dependencia_id) group by 1"
    )
    assert_same([(row[0], row[1], row[4]) for row in reported.sheet("en-riesgo")[:-1]], wanted)


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
