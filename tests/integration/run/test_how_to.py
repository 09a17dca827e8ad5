"""The pages of docs/how-to do what they say: their blocks, copied into a project, then one run."""

import re
import subprocess
import sys

import pytest

from orchestration.metrics.exporter import exposition
from tests.integration.run.lake import ROOT, LakeFactory
from tests.integration.run.project import Project

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1000)]

HOW_TO = ROOT / "docs" / "how-to"


@pytest.fixture(scope="module")
def project(new_lake: LakeFactory, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project.copied(tmp_path_factory.mktemp("project"), new_lake())


@pytest.fixture(scope="module")
def new_kpi(project: Project) -> Project:
    """The project after add-a-kpi.md, published."""
    page = (HOW_TO / "add-a-kpi.md").read_text(encoding="utf-8")
    files = re.findall(r"^`(\S+)`\n\n```\w+\n(.*?)^```$", page, re.M | re.S)
    assert 1 <= len(files) <= 4
    for name, text in files:
        assert not (project.root / name).exists(), f"{name} is an edit"
        (project.root / name).write_text(text, encoding="utf-8")
    project.succeed("pqr", "run", "--days", "1")
    return project


def test_a_new_kpi_is_in_the_bucket_and_in_postgresql(new_kpi: Project) -> None:
    lake = new_kpi.lake
    assert any(key.startswith("gold/kpi_one_message/day=") for key in lake.objects())
    rows = lake.query("select pqrs_type, answered_count from gold.kpi_one_message_daily order by 1")
    assert [row[0] for row in rows] == ["P", "Q", "R", "S"]
    comments = lake.query(
        "select obj_description('gold.kpi_one_message_daily'::regclass),"
        " col_description('gold.kpi_one_message_daily'::regclass, 3),"
        " has_table_privilege('bi_reader', 'gold.kpi_one_message_daily', 'select')"
    )
    assert comments == [
        (
            "Cases that needed a single agent message on a day. One row per day and pqrs_type.",
            "Cases that an agent wrote to on the day.",
            True,
        )
    ]
    constraints = lake.query(
        "select contype::text, count(*) from pg_constraint where conrelid ="
        " 'serving.kpi_one_message_daily'::regclass and contype in ('p', 'f', 'c') group by 1"
    )
    # The batch and the type are references; the rule `holds` is a check.
    assert dict(constraints) == {"p": 1, "f": 2, "c": 1}


def test_a_new_kpi_is_checked_and_compared_with_the_lake(new_kpi: Project) -> None:
    rows = new_kpi.lake.query(
        "select check_name, result from meta.data_quality"
        " where layer = 'serving' and dataset like '%kpi_one_message_daily' and tool = 'pqr'"
    )
    assert dict(rows) == dict.fromkeys(
        (
            "parity_with_lake", "grain_is_unique_over_batches", "grid_is_dense",
            "days_are_those_of_the_world", "days_are_those_of_their_batches", "values_are_in_range",
            "references_exist",
        ),
        "PASS",
    )  # fmt: skip


def test_a_new_kpi_is_in_metrics_dictionary_and_documentation(new_kpi: Project) -> None:
    line = 'pqr_kpi_total{kpi="kpi_one_message_daily",measure="answered_count"}'
    settings = new_kpi.lake.settings
    assert line in exposition(settings.postgres.reader_dsn, settings.home)
    dictionary = new_kpi.succeed("pqr", "dictionary")
    assert "## gold.kpi_one_message_daily\n" in dictionary
    assert "| one_message_pct | decimal(5,2) | Share of them" in dictionary
    new_kpi.succeed("dbt", "docs", "generate", "--select", "fqn:*")
    subprocess.run(
        [sys.executable, "-m", "orchestration.transform.docs_page", "target"],
        cwd=new_kpi.root, check=True, env=new_kpi.lake.environment,
    )  # fmt: skip
    page = (new_kpi.root / "target" / "static_index.html").read_text(encoding="utf-8")
    assert "serving_kpi_one_message_daily" in page
    assert page.count("Of these, with one agent message on the day.") >= 2, "lake and serving"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("          schema: gold\n", "", "config.meta.serving.schema: is missing"),
        ("columns: [day], serves", "columns: [dya], serves", "indexes.day: 'dya' is not a column"),
        ("          indexes:", "          indices:", "config.meta.serving.indices: is not a known"),
        ("        grain: [day, pqrs_type]\n", "", "config.meta.grain"),
        ("data_type: bigint", "data_type: blob", "answered_count.data_type: 'blob' is not a type"),
    ],
)
def test_a_wrong_declaration_is_named_by_file_and_field(
    new_kpi: Project, before: str, after: str, said: str
) -> None:
    path = new_kpi.root / "dbt_project/models/gold/gold_kpi_one_message.yml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    try:
        done = new_kpi.run("dbt", "build", "--select", "gold_days")
    finally:
        path.write_text(text, encoding="utf-8")
    assert done.returncode != 0
    assert said in done.stdout
    assert "dbt_project/models/gold/gold_kpi_one_message.yml: gold_kpi_one_message: " in done.stdout


@pytest.mark.slow
def test_a_new_column_is_served_after_two_edits(new_kpi: Project) -> None:
    page = (HOW_TO / "add-a-column.md").read_text(encoding="utf-8")
    (diff,) = re.findall(r"```diff\n(.*?)^```$", page, re.M | re.S)
    assert len(re.findall(r"^\+\+\+ ", diff, re.M)) <= 2
    subprocess.run(["patch", "-p1"], cwd=new_kpi.root, input=diff, text=True, check=True)
    new_kpi.succeed("pqr", "run", "--days", "1")
    wrong = new_kpi.lake.query(
        "select count(*) from silver.tickets where has_attachments <> (attachments_count > 0)"
    )
    assert wrong == [(0,)]
    described = new_kpi.lake.query(
        "select col_description('silver.tickets'::regclass, attnum) from pg_attribute"
        " where attrelid = 'silver.tickets'::regclass and attname = 'has_attachments'"
    )
    assert described == [("True when a file was attached to the case.",)]
    assert "| has_attachments | boolean | True when" in new_kpi.succeed("pqr", "dictionary")


@pytest.mark.slow
def test_a_day_after_an_edit_of_silver_says_which_days_to_run_again(new_kpi: Project) -> None:
    model = new_kpi.root / "dbt_project" / "models" / "silver" / "silver_status_events.sql"
    model.write_text(model.read_text(encoding="utf-8") + "-- edited\n", encoding="utf-8")
    second = new_kpi.succeed("pqr", "run", "--start", "2025-09-02", "--end", "2025-09-02")
    said = "other code made the silver of the run of 2025-09-01 to 2025-09-01, and until these days"
    assert said in " ".join(second.split())
    new_kpi.succeed("pqr", "run", "--days", "1")
    third = new_kpi.succeed("pqr", "run", "--start", "2025-09-03", "--end", "2025-09-03")
    assert "other code" not in third


@pytest.mark.slow
def test_a_column_of_another_type_is_served_in_it_or_refused(new_kpi: Project) -> None:
    gold = new_kpi.root / "dbt_project" / "models" / "gold"
    model, declared = gold / "gold_kpi_one_message.sql", gold / "gold_kpi_one_message.yml"
    texts = model.read_text(encoding="utf-8"), declared.read_text(encoding="utf-8")
    share = "{{ pct('one_message_count', 'answered_count') }}"
    new_kpi.edit(model, share, "cast(100.0 / 3 as decimal(12, 6))")
    new_kpi.edit(declared, "decimal(5,2)", "decimal(12,6)")
    new_kpi.succeed("pqr", "run", "--days", "1")
    served = (
        "select distinct one_message_pct::text, format_type(atttypid, atttypmod)"
        " from gold.kpi_one_message_daily join pg_attribute on attname = 'one_message_pct'"
        " and attrelid = 'gold.kpi_one_message_daily'::regclass"
    )
    exact = [("33.333333", "numeric(12,6)")]
    assert new_kpi.lake.query(served) == exact
    assert "all as committed" in new_kpi.succeed("pqr", "verify")
    for path, text in zip((model, declared), texts, strict=True):
        path.write_text(text, encoding="utf-8")
    done = new_kpi.run("pqr", "run", "--days", "1")
    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode != 0
    assert "cannot turn it into numeric(5,2)" in said
    assert new_kpi.lake.query(served) == exact


@pytest.mark.slow
def test_a_kpi_that_is_taken_away_leaves_no_view_and_may_come_back(new_kpi: Project) -> None:
    models = new_kpi.root / "dbt_project" / "models"
    texts = {path: path.read_text(encoding="utf-8") for path in models.rglob("*kpi_one_message*")}
    assert len(texts) == 3
    # The edit before this was refused; its other name is the way out.
    for path in texts:
        if path.parent.name == "gold":
            text = path.read_text(encoding="utf-8").replace(
                "one_message_pct", "one_message_share_pct"
            )
            path.write_text(text, encoding="utf-8")
    new_kpi.succeed("pqr", "run", "--days", "1")
    texts = {path: path.read_text(encoding="utf-8") for path in texts}
    for path in texts:
        path.unlink()
    said = " ".join(new_kpi.succeed("pqr", "run", "--days", "1").split())
    view = "select to_regclass('gold.kpi_one_message_daily') is not null"
    assert "no longer declared: gold.kpi_one_message_daily, its view is dropped" in said
    assert new_kpi.lake.query(view) == [(False,)]
    assert "all as committed" in new_kpi.succeed("pqr", "verify")
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    said = new_kpi.succeed("pqr", "run", "--days", "1")
    assert new_kpi.lake.query(view) == [(True,)]
    assert "no longer declared" not in said
    assert new_kpi.lake.query("select count(*) > 0 from gold.kpi_one_message_daily") == [(True,)]
