"""`pqr report` as an entity uses it: its cells are those of SQL, in every format."""

import csv
import hashlib
import io
import re
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.integration.report.conftest import World, Worlds

# Written for these tests, from cases and changes alone; apart from the report's own queries.
CLOSINGS = """
select pqrs_type, region, department, geo_id, source_channel, c.is_within_sla, c.day,
    c.business_seconds, extract(epoch from c.ts - t.created_at) as seconds, t.created_at
from silver.status_events c join silver.tickets t using (ticket_id)
where c.is_valid and c.status_to = 'CLOSED' and c.day between '{first}' and '{last}'
"""
NAMES = "(array['Petición','Queja','Reclamo','Sugerencia'])[strpos('PQRS', pqrs_type)]"
CHANNELS = """
case source_channel when 'email' then 'Correo electrónico' when 'webform' then 'Formulario web'
    when 'chat' then 'Chat' when 'call' then 'Llamada telefónica'
    else 'Otros canales digitales' end
"""


@pytest.fixture(scope="module")
def made(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    for period in ("2025-Q4", "2025-11"):
        done = world.pqr("report", "--period", period, "--output", str(folder), "--no-pdf")
        assert done.returncode == 0, done.stderr
    return folder


def sheet(folder: Path, period: str, name: str) -> list[tuple[object, ...]]:
    """The rows of a sheet without its head, up to its first empty line."""
    book = openpyxl.load_workbook(folder / f"informe-pqrs-{period}-es.xlsx", data_only=False)
    found = next(item for item in book.worksheets if item.title.split(" ", 1)[-1] == name)
    rows = [tuple(row) for row in found.iter_rows(min_row=2, values_only=True)]
    end = next((i for i, row in enumerate(rows) if not any(v is not None for v in row)), len(rows))
    return rows[:end]


def same(found: list[tuple[object, ...]], wanted: list[tuple[object, ...]]) -> int:
    """Compare row by row; gives the number of cells."""
    plain = [tuple(float(v) if isinstance(v, Decimal | int) else v for v in row) for row in wanted]
    shown = [tuple(float(v) if isinstance(v, float | int) else v for v in row) for row in found]
    assert shown == plain
    return sum(len(row) for row in found)


def test_every_cell_of_the_workbook_is_that_of_sql(world: World, made: Path) -> None:
    first, last = "2025-10-01", "2025-12-31"
    closings = CLOSINGS.format(first=first, last=last)
    received = f"select * from silver.tickets where created_day between '{first}' and '{last}'"
    cells = 0
    by_type = world.query(
        f"select {NAMES}, count(*), round(100.0 * count(*) / sum(count(*)) over (), 2), null, null"
        f" from ({received}) t group by pqrs_type order by pqrs_type"
    )
    cells += same(sheet(made, "2025-Q4", "por-tipo")[:-1], by_type)
    by_channel = world.query(
        f"select {CHANNELS}, count(*) filter (where pqrs_type = 'P'),"
        " count(*) filter (where pqrs_type = 'Q'), count(*) filter (where pqrs_type = 'R'),"
        " count(*) filter (where pqrs_type = 'S'), count(*),"
        " round(100.0 * count(*) / sum(count(*)) over (), 2), null, null"
        f" from ({received}) t group by source_channel order by count(*) desc, source_channel"
    )
    cells += same(sheet(made, "2025-Q4", "por-canal")[:-1], by_channel)
    in_term = world.query(
        f"select {NAMES}, count(*), count(*) filter (where is_within_sla),"
        " count(*) filter (where not is_within_sla),"
        " round(100.0 * count(*) filter (where is_within_sla) / count(*), 2), null, null"
        f" from ({closings}) c group by pqrs_type order by pqrs_type"
    )
    cells += same(sheet(made, "2025-Q4", "oportunidad")[:-1], in_term)
    times = world.query(
        f"""
        select {NAMES}, count(*), round(avg(seconds) / 3600, 2),
            round((array_agg(seconds order by seconds))[ceil(count(*) * 0.5)::int] / 3600, 2),
            round((array_agg(seconds order by seconds))[ceil(count(*) * 0.9)::int] / 3600, 2)
        from ({closings}) c group by pqrs_type order by pqrs_type
        """
    )
    found = [row[:2] + row[5:8] for row in sheet(made, "2025-Q4", "tiempo-de-cierre")[:-1]]
    cells += same(found, times)
    places = world.query(
        "select t.department, count(*) filter (where created_day between"
        f" '{first}' and '{last}') from silver.tickets t group by 1 having count(*) filter"
        f" (where created_day between '{first}' and '{last}') > 0"
        ' order by 2 desc, t.department collate "C"'
    )
    shown = [row[:2] for row in sheet(made, "2025-Q4", "por-departamento") if row[1]]
    cells += same(shown, places)
    towns = world.query(
        f"select geo_id, municipio, department, count(*) from ({received}) t"
        " group by 1, 2, 3 order by 4 desc, 1"
    )
    shown = [row[:4] for row in sheet(made, "2025-Q4", "por-municipio") if row[3]]
    cells += same(shown, towns)
    assert cells > 600


def test_business_days_to_the_closing_leave_out_weekends_and_holidays(
    world: World, made: Path
) -> None:
    # Walked day by day over the calendar: a mean that took holidays in would be larger.
    rows = world.query(
        f"""
        with c as ({CLOSINGS.format(first="2025-11-01", last="2025-11-30")})
        select round(avg((
            select coalesce(sum(extract(epoch from least(closed, k.day + interval '1 day')
                - greatest(created, k.day::timestamp))), 0)
            from silver.dim_calendar k
            where k.is_business_day and k.day between created::date and closed::date
        )) / 86400, 2)
        from (
            select c.created_at at time zone 'America/Bogota' as created,
                (c.created_at at time zone 'America/Bogota') + make_interval(secs => seconds)
                    as closed
            from c
        ) as spans
        """
    )
    assert sheet(made, "2025-11", "tiempo-de-cierre")[-1][2] == float(str(rows[0][0]))


def test_a_period_is_compared_with_the_one_before_and_says_when_it_is_not_published(
    world: World, made: Path
) -> None:
    ((october, november),) = world.query(
        "select count(*) filter (where created_day between '2025-10-01' and '2025-10-31'),"
        " count(*) filter (where created_day between '2025-11-01' and '2025-11-30')"
        " from silver.tickets"
    )
    total = sheet(made, "2025-11", "por-tipo")[-1]
    assert (total[1], total[3]) == (november, october)
    change = Decimal(100) * (Decimal(str(november)) - Decimal(str(october))) / Decimal(str(october))
    assert total[4] == float(change.quantize(Decimal("0.01")))
    page = (made / "informe-pqrs-2025-Q4-es.html").read_text(encoding="utf-8")
    assert "el periodo anterior no está publicado completo" in page
    assert [row[3:5] for row in sheet(made, "2025-Q4", "por-tipo")] == [(None, None)] * 5


def test_page_workbook_and_csv_say_the_same(made: Path) -> None:
    page = (made / "informe-pqrs-2025-Q4-es.html").read_text(encoding="utf-8")
    total = sheet(made, "2025-Q4", "por-tipo")[-1][1]
    assert f">{total}<" in page
    file = next((made / "informe-pqrs-2025-Q4-es-csv").glob("*-por-tipo.csv"))
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert rows[0][:2] == ["Tipo", "Recibidas"]
    assert rows[-1][:2] == ["Total", str(total)]
    book = openpyxl.load_workbook(made / "informe-pqrs-2025-Q4-es.xlsx")
    assert len(book.worksheets) == 1 + len(list(file.parent.glob("*.csv")))


def test_the_page_names_its_publication_its_law_and_what_it_lacks_and_asks_for_nothing(
    made: Path,
) -> None:
    page = (made / "informe-pqrs-2025-Q4-es.html").read_text(encoding="utf-8")
    for words in (
        "n.º 1, del 2 de enero de 2026, 05:05", "22222222-2222-5222-8222-222222222222",
        "31 de diciembre de 2025", "40 de 40 controles", "Ley 1474 de 2011, art. 76",
        "Decreto 1081 de 2015, art. 2.1.1.6.2", "Resolución 1519 de 2020", "Ley 190/1995 art. 54",
        "Satisfacción de los peticionarios: no se mide.", "ningún modelo leyó los textos",
        "lo que se responde el mismo día hábil en que llegó toma un día",
        "Lo que se responde en un día no hábil cuenta como respondido al final del día hábil",
    ):  # fmt: skip
        assert words in page, words
    assert not re.search(r"""(?:src|href)=["'](?!#)|<script|@import|url\(""", page)


def test_the_words_are_those_of_the_policy_that_was_applied(made: Path) -> None:
    page = (made / "informe-pqrs-2025-11-es.html").read_text(encoding="utf-8")
    said = "son los de la política academic_v1, un ejercicio; no son los de la Ley 1755 de 2015."
    assert page.count(said) == 4  # the cover, and the three tables that count in term
    for words in (
        "De las que vencían, cerradas en término", "Sin cerrar al vencer",
        "Publicada: 40 de 40 controles", "Recibidas y cierres de cada día del mes.",
    ):  # fmt: skip
        assert words in page, words
    for words in (
        "respondidas en término", "Sin responder", "Ley 1755 de 2015, art. 14", "PUBLISHED",
        "Ley 1755/2015 art. 14", "al final del último día de cada mes", ">nada:",
    ):  # fmt: skip
        assert words not in page, words


def test_the_cover_of_the_workbook_names_its_entity(world: World, tmp_path: Path) -> None:
    done = world.pqr(
        "report", "--period", "2025-11", "--entity", "Ejemplo", "--output", str(tmp_path),
        "--no-pdf",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    book = openpyxl.load_workbook(tmp_path / "informe-pqrs-2025-11-es.xlsx")
    cover = dict(book.worksheets[0].iter_rows(min_row=2, max_col=2, values_only=True))
    assert cover["Entidad"] == "Ejemplo"
    assert cover["Política de términos"] == "academic_v1"


def test_the_same_publication_gives_the_same_bytes(
    world: World, made: Path, tmp_path: Path
) -> None:
    done = world.pqr("report", "--period", "2025-Q4", "--output", str(tmp_path), "--no-pdf")
    assert done.returncode == 0, done.stderr
    files = [path for path in sorted(tmp_path.rglob("*")) if path.is_file()]
    assert len(files) > 15
    for path in files:
        before = made / path.relative_to(tmp_path)
        hashes = {hashlib.sha256(item.read_bytes()).hexdigest() for item in (path, before)}
        assert len(hashes) == 1, path.name


def test_a_half_year_that_begins_before_the_data_says_so(world: World, tmp_path: Path) -> None:
    done = world.pqr(
        "report", "--period", "2025-S2", "--lang", "en", "--output", str(tmp_path), "--no-pdf"
    )
    assert done.returncode == 0, done.stderr
    assert "covers 122 of the 184 days" in done.stderr
    page = (tmp_path / "pqrs-report-2025-S2-en.html").read_text(encoding="utf-8")
    assert "The data begin on 1 September 2025: the report covers 122 of the 184 days" in page
    assert 'lang="en"' in page


def test_a_degraded_run_says_so_on_the_cover(worlds: Worlds, tmp_path: Path) -> None:
    world = worlds(status="DEGRADED", last_day="2025-09-30")
    done = world.pqr("report", "--period", "2025-09", "--output", str(tmp_path), "--no-pdf")
    assert done.returncode == 0, done.stderr
    assert "DEGRADED" in done.stderr
    page = (tmp_path / "informe-pqrs-2025-09-es.html").read_text(encoding="utf-8")
    assert 'class="notice degraded"' in page
    book = openpyxl.load_workbook(tmp_path / "informe-pqrs-2025-09-es.xlsx")
    assert "DEGRADED" in "".join(str(cell.value) for cell in book.worksheets[0]["A"])
