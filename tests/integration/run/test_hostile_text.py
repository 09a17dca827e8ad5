"""A delivery whose texts attack whoever looks at them: each place shows text, or nothing of it."""

import sqlite3
import sys
from datetime import date
from pathlib import Path

import psycopg
import pytest

from orchestration.bi.content import load_content
from orchestration.bi.validate import rendered
from orchestration.dashboard.csv_file import csv_of
from orchestration.dashboard.filters import Filters, Period, Span
from orchestration.dashboard.frame import values_of
from orchestration.dashboard.queries import backlog, cases, flow, quality, summary, timeliness
from orchestration.dashboard.reading import read_answers, read_live
from orchestration.dashboard.tables import Column, html_table
from tests.integration.run.lake import ROOT, Lake, LakeFactory

sys.path.insert(0, str(ROOT / "tests"))
from monitoring import panel_queries

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

TEXTS = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    '=HYPERLINK("http://evil.example";"here")',
    "@SUM(1+1)*cmd|'/C calc'!A0",
    "[click](javascript:alert(1)) ![](http://evil.example/x.png)",
    "`</code>` **bold** | a | b |",
    "[/red][link=http://evil.example]here[/link]",
    "\u202egnp.exe\u202c",
    "hid\u200bden\ufeff",
    "{{ 7 * 7 }} {% raw %} ${HOME}",
    "'; drop table silver.tickets; --",
]
ESCAPES = "\x1b]0;owned\x07\x1b[2J"
HEADER = "Radicado;Fecha de radicación;Medio de recepción;Tipo;Municipio;Asunto;Fecha de respuesta"


def delivery(folder: Path) -> Path:
    """Good rows with every text as number and subject; bad rows with each where it is refused."""
    rows = []
    for number, text in enumerate(TEXTS):
        quoted = '"' + text.replace('"', '""') + '"'
        rows.append(f"{quoted};0{1 + number % 7}/03/2025 10:00;Chat;Queja;Cali;{quoted};")
        rows.append(f"bad-{number};03/03/2025 10:00;Chat;Queja;{quoted};x;")
        rows.append(f"worse-{number};03/03/2025 10:00;{quoted};{quoted};Cali;x;")
    rows.append(f"escapes;03/03/2025 10:00;Chat;Queja;Cali;{ESCAPES};")
    path = folder / "<b>delivery.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def hostile(new_lake: LakeFactory, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake in which such a delivery is published, after it was refused once."""
    lake = new_lake()
    file = delivery(tmp_path_factory.mktemp("hostile"))
    words = [
        *("ingest", str(file), "--mapping", str(ROOT / "docs/ingest/pqrs_entidad.yaml")),
        *("--source", "webform", "--world", "hostile", "--publish"),
    ]
    refused = lake.pqr(*words)
    assert refused.returncode == 1, refused.stderr
    shown(refused.stdout + refused.stderr)
    done = lake.pqr(*words, "--quarantine-limit", "90")
    assert done.returncode == 0, done.stderr
    shown(done.stdout + done.stderr)
    stored = {row[0] for row in lake.query("select external_id from silver.tickets")}
    # What reads the same without marks that nobody sees is not told apart from it.
    assert len(stored) == len(TEXTS)
    assert "<script>alert(1)</script>" in stored
    return lake


def shown(text: str) -> None:
    """What a terminal is given holds nothing that steers it."""
    for mark in ("\x1b", "\x07", "\u202e", "\u200b", "\ufeff"):
        assert mark not in text


@pytest.mark.parametrize(
    "words",
    [
        ("quality", "--all"),
        ("quarantine",),
        ("quarantine", "RUN", "--show", "--limit", "90"),
        ("runs",),
    ],
)
def test_a_terminal(hostile: Lake, words: tuple[str, ...]) -> None:
    run_id = str(hostile.query("select run_id from meta.etl_runs")[0][0])
    done = hostile.pqr(*(run_id if word == "RUN" else word for word in words))
    assert done.returncode == 0, done.stderr
    shown(done.stdout + done.stderr)


def harmless(page: str) -> None:
    """A page without what these texts would bring."""
    for mark in ("<script", "<img", "onerror=", "javascript:alert(1)", "\u202e"):
        assert mark not in page


def test_the_quality_page_and_data_docs(hostile: Lake, tmp_path: Path) -> None:
    page = tmp_path / "made on the way" / "quality.html"
    assert hostile.pqr("quality", "--html", str(page)).returncode == 0
    harmless(page.read_text(encoding="utf-8"))
    docs = list((hostile.settings.home / "data_docs").glob("*/index.html"))
    assert docs
    for doc in docs:
        harmless(doc.read_text(encoding="utf-8"))


def test_the_artifacts_of_prefect(hostile: Lake) -> None:
    with sqlite3.connect(hostile.settings.home / "prefect" / "prefect.db") as database:
        stored = database.execute("select data, description from artifact").fetchall()
    assert stored
    for data, description in stored:
        for line in f"{data}\n{description}".replace("\\n", "\n").splitlines():
            # Four blanks make a block of code, in which nothing is markup.
            if not line.startswith("    "):
                harmless(line)


def test_dashboards_ask_for_no_text_of_a_delivery(hostile: Lake) -> None:
    """What Grafana, Metabase and Streamlit are given comes from lists, days and counts."""
    dsn = hostile.settings.postgres.reader_dsn
    asked = [sql for _, sql in panel_queries()]
    asked += [rendered(question, {}) for question in load_content().questions]
    assert len(asked) > 6
    live = read_live(dsn)
    assert live is not None
    filters, days = Filters(), Period(date(2025, 3, 1), live.last_day)
    pages = {
        **summary.queries(filters), **timeliness.queries(filters), **backlog.QUERIES,
        **flow.queries(filters), **quality.QUERIES, **cases.listed("creados"),
    }  # fmt: skip
    values = {**values_of(filters, Span(days, None, days.length)), "number": None, "offset": 0}
    answers = read_answers(dsn, live.publication_id, pages, {**values, "list": "creados"})
    assert answers is not None
    # Lists of cases show the numbers that a delivery gave: as text, in a page and in a spreadsheet.
    for rows in (answers.pop("worst").rows, answers.pop("cases").rows):
        columns = [Column(key, "text") for key in (rows[0] if rows else {})]
        table = html_table(rows, columns, "x", "es")
        assert "<script" not in table
        assert "<img" not in table
        written = csv_of(rows, [(column.key, column.key) for column in columns]).decode()
        assert not any(cell.startswith(("=", "@")) for cell in written.split(","))
    given = [str(answer.rows) for name, answer in answers.items() if name != "segments"]
    with psycopg.connect(dsn, autocommit=True) as reader:
        given += [str(reader.execute(sql).fetchall()) for sql in asked]
    for answer in given:
        for text in TEXTS:
            assert text not in answer
