"""What a yml declares wrongly stops dbt before it builds: file, model, field, value, the way out.

The target `lint` needs no service: the declarations are read before anything else is asked.
"""

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import psycopg
import pytest

from orchestration.settings import PROJECT_ROOT, Settings
from tests.integration.transform.wrong_declarations import CASES, GOLD, LONGEST, column
from tests.project_copy import dbt_project_in

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the dbt project, to be edited."""
    return dbt_project_in(tmp_path_factory.mktemp("project"))


def build(root: Path) -> str:
    done = subprocess.run(
        [
            *(Path(sys.executable).with_name("dbt"), "build", "--no-use-colors"),
            *("--target", "lint", "--select", "gold_days"),
            *("--project-dir", root, "--profiles-dir", root),
            *("--target-path", root / "target", "--log-path", root / "logs"),
        ],
        cwd=root.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr
    assert not re.search(r"START (sql|seed|test|unit)", done.stdout), "something was built"
    return done.stdout


def edited(root: Path, file: str, before: str, after: str) -> str:
    """Edit a file of the copy; gives its text as it was."""
    text = (root / file).read_text(encoding="utf-8")
    assert before in text, f"{file} has no {before!r}"
    (root / file).write_text(text.replace(before, after, 1), encoding="utf-8")
    return text


@pytest.fixture(scope="module")
def said(project: Path) -> list[str]:
    """What one build says of all that is wrong, and of a name that is just short enough."""
    edits = [(file, before, after) for file, before, after, _ in CASES.values()]
    texts = {}
    for file, before, after in (*edits, (GOLD.format("kpi_sla"), *column(LONGEST))):
        assert file not in texts, "two edits of one file"
        texts[file] = edited(project, file, before, after)
    try:
        return build(project).splitlines()
    finally:
        for file, text in texts.items():
            (project / file).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_declaration_stops_dbt(said: list[str], case: str) -> None:
    file, _, _, wanted = CASES[case]
    beside = file if file.endswith(".yml") else str(Path(file).with_suffix(".yml"))
    assert [line for line in said if line.strip().startswith(f"{beside}: ") and wanted in line]


def test_nothing_else_is_refused(said: list[str]) -> None:
    lines = [line.strip() for line in said if re.match(r" +(dbt_project|seeds)/", line)]
    assert len(lines) == len(CASES), lines


def test_a_key_that_is_there_twice_stops_dbt(project: Path) -> None:
    before = "        grain: [day, pqrs_type]\n"
    text = edited(project, GOLD.format("kpi_sla"), before, before * 2)
    try:
        done = " ".join(build(project).split())
    finally:
        (project / GOLD.format("kpi_sla")).write_text(text, encoding="utf-8")
    assert "Duplicate key 'grain'" in done
    assert GOLD.format("kpi_sla") in done


NAME, INDEX = "kpi_" + "m" * 40, "d" * 12
TABLE = f"{NAME}_daily"


@pytest.mark.parametrize(
    ("name", "index", "wanted"),
    [
        pytest.param(NAME, INDEX, "", id="the longest that may be"),
        pytest.param(
            f"{NAME}m", "day",
            f"name: PostgreSQL keeps 63 characters of a name, and '{NAME}m_daily_pqrs_type_fk',"
            " which is made of it, has 64: shorten it by 1", id="key of a table",
        ),
        pytest.param(
            NAME, f"{INDEX}d",
            f"config.meta.serving.indexes.{INDEX}d: PostgreSQL keeps 63 characters of a name, and"
            f" '{TABLE}_{INDEX}d', which is made of it, has 64: shorten it by 1", id="index",
        ),
        pytest.param(
            f"kpi_{'m' * 60}", "day", f"name: 'kpi_{'m' * 60}' has 64 characters", id="dataset"
        ),
    ],
)  # fmt: skip
def test_names_that_postgresql_would_cut_stop_dbt(
    project: Path, name: str, index: str, wanted: str
) -> None:
    page = (PROJECT_ROOT / "docs/how-to/add-a-kpi.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^`(\S+)`\n\n```\w+\n(.*?)^```$", page, re.M | re.S)
    files = {project / path.replace("kpi_one_message", name): text for path, text in blocks}
    for path, text in files.items():
        named = text.replace("gold_kpi_one_message", f"gold_{name}")
        path.write_text(named.replace("name: day, columns", f"name: {index}, columns"), "utf-8")
    try:
        done = build(project)
    finally:
        for path in files:
            path.unlink()
    if wanted:
        assert f"{GOLD.format(name)}: gold_{name}: {wanted}" in done
    else:
        assert "OK hook: pqr_lakehouse.on-run-start.1" in done
        assert GOLD.format(name) not in done


def test_reserved_words_are_those_of_both_engines(settings: Settings) -> None:
    file = (PROJECT_ROOT / "macros/declarations/wrong_names.sql").read_text(encoding="utf-8")
    words = file.partition("macro reserved_words()")[2]
    ours = set(" ".join(re.findall(r"'([a-z_ ]+)'", words)).split())
    theirs = {
        word
        for (word,) in duckdb.sql(
            "select keyword_name from duckdb_keywords()"
            " where keyword_category in ('reserved', 'type_function')"
        ).fetchall()
    }
    with psycopg.connect(settings.postgres.reader_dsn) as connection:
        theirs |= {
            word
            for (word,) in connection.execute(
                "select word from pg_get_keywords() where catcode in ('R', 'T')"
                " union select attname from pg_attribute"
                " where attrelid = 'pg_class'::regclass and attnum < 0"
            )
        }
    assert theirs - ours == set()
