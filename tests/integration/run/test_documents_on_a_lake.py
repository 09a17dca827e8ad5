"""What README and guide show is what a published lake answers: output, SQL, Python."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.run.lake import ROOT, Lake

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1000)]

DOCUMENTS = (
    "README.md", "docs/guide.md", "docs/guide.es.md", "docs/tutorial.md", "docs/tutorial.es.md",
)  # fmt: skip
NUMBER = re.compile(r"\d[\d,.]*")


def blocks(document: str, language: str) -> list[str]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


def shape(line: str) -> str:
    """A line of output without its figures and its spacing."""
    line = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "RUN_ID", line)
    line = re.sub(r"\b[0-9a-f]{12}\b", "WORLD_ID", line)
    return " ".join(NUMBER.sub("N", re.sub(r"\d{4}-\d\d-\d\d", "DAY", line)).split())


@pytest.fixture(scope="module")
def shown() -> list[str]:
    """The lines that README shows as the output of `make run`."""
    (block,) = (block for block in blocks("README.md", "") if block.startswith("raw"))
    return [line for line in block.splitlines() if line]


def test_the_summary_has_the_lines_that_readme_shows(published: Lake, shown: list[str]) -> None:
    again = published.pqr("run", "--days", "3")
    assert again.returncode == 0, again.stderr
    printed = {shape(line) for line in again.stdout.splitlines()}
    layers = ["raw", "bronze", "enrichment", "silver", "gold", "serving"]
    assert [line.split()[0] for line in shown[:6]] == layers
    assert [line.split()[0] for line in again.stdout.splitlines() if line[:10].strip() in layers]
    for line in shown[6:]:
        assert shape(line) in printed, line


@pytest.mark.parametrize("document", ["docs/tutorial.md", "docs/tutorial.es.md"])
def test_the_commands_of_the_tutorial_print_what_it_shows(published: Lake, document: str) -> None:
    for block in blocks(document, "console"):
        command, *wanted = block.splitlines()
        assert command.startswith("$ pqr ")
        done = published.pqr(*shlex.split(command.removeprefix("$ pqr ")))
        assert done.returncode == 0, done.stderr
        printed = {shape(line) for line in done.stdout.splitlines()}
        for line in wanted:
            begin = shape(line.removesuffix("..."))  # three dots stand for what is left out
            is_cut = line.endswith("...")
            assert any(
                found == begin or (is_cut and found.startswith(begin)) for found in printed
            ), line


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_query_runs(published: Lake, document: str) -> None:
    queries = [
        query
        for block in blocks(document, "sql")
        for query in block.replace("'...'", "'00000000-0000-5000-8000-000000000000'").split(";")
        if query.strip()
    ]
    queries += re.findall(r'psql "\$PQR_POSTGRES_DSN" -c \'(.+?)\'', (ROOT / document).read_text())
    assert queries
    for query in queries:
        published.query(query)


def test_the_recomputation_of_the_guide_gives_the_published_figures(
    published: Lake, tmp_path: Path
) -> None:
    (program,) = blocks("docs/guide.md", "python")
    assert "s3://pqr-lakehouse/" in program
    assert "day=2025-09-10" in program
    program = program.replace("s3://pqr-lakehouse/", f"s3://{published.settings.s3.bucket}/")
    program = program.replace("day=2025-09-10", "day=2025-09-02").replace("print(arrivals)", "")
    script = tmp_path / "recompute.py"
    script.write_text(f"{program}\nprint(*map(list, arrivals.fetchall()), sep='\\n')\n")
    done = subprocess.run(
        [sys.executable, script], env=published.environment, cwd=ROOT, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = published.query(
        "select channel, pqrs_type, tickets_count from gold.kpi_volume_daily"
        " where day = '2025-09-02' and tickets_count > 0 order by 1, 2"
    )
    assert rows
    assert done.stdout.splitlines() == [str(list(row)) for row in rows]
