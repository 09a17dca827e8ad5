"""A wrong declaration of dbt ends a run before it has built the layers that come before silver."""

import re

import pytest

from tests.integration.run.lake import LakeFactory
from tests.integration.run.project import Project

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1000)]

GOLD = "dbt_project/models/gold/gold_kpi_sla.yml"


@pytest.fixture
def project(new_lake: LakeFactory, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project.copied(tmp_path_factory.mktemp("project"), new_lake())


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("        grain: [day, pqrs_type]\n", "", "gold_kpi_sla: config.meta.grain: is missing"),
        ("schema: gold", "schema: golf", "config.meta.serving.schema: is missing"),
        ("  - name: gold_kpi_sla", "  - nme: gold_kpi_sla", "does not have a name attribute"),
    ],
    ids=["no grain", "no schema", "does not parse"],
)
def test_it_is_refused_before_silver_is_begun(
    project: Project, before: str, after: str, said: str
) -> None:
    text = (project.root / GOLD).read_text(encoding="utf-8")
    project.edit(project.root / GOLD, before, after)
    try:
        # Far more days than are simulated while dbt reads its files.
        done = project.run("pqr", "run", "--days", "60", "--no-prefect-server")
    finally:
        (project.root / GOLD).write_text(text, encoding="utf-8")
    shown = done.stdout + done.stderr
    assert done.returncode == 1, shown
    assert GOLD in done.stderr
    assert said in done.stderr
    assert "Traceback" not in shown
    assert re.search(r"^(raw|bronze|enrichment) +failed", done.stdout, re.M), shown
    assert not re.search(r"^silver ", done.stdout, re.M), shown
    # Until the file is mended the same command ends the same way.
    assert "Resume" not in shown
    assert re.search(r"^Then +pqr run --days 60 .*\(goes on at", done.stdout, re.M), shown
