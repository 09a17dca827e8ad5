"""What is published follows from the files of the dbt project."""

from pathlib import Path

import pytest

from orchestration.publication.datasets import (
    ModelMissing,
    published_datasets,
    seed_object,
)
from orchestration.settings import PROJECT_ROOT


def project(root: Path, *models: str) -> Path:
    for model in models:
        folder = root / "dbt_project" / "models" / model.split("_")[0]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{model}.sql").touch()
    return root


def test_a_publish_model_finds_its_table_with_or_without_daily(tmp_path: Path) -> None:
    root = project(
        tmp_path, "publish_kpi_new", "serving_kpi_new_daily", "publish_cases", "serving_cases"
    )
    found = [(item.name, item.table) for item in published_datasets(root)]
    assert found == [("cases", "cases"), ("kpi_new", "kpi_new_daily")]


def test_an_edited_serving_model_is_another_code(tmp_path: Path) -> None:
    root = project(tmp_path, "publish_cases", "serving_cases")
    (before,) = published_datasets(root)
    path = root / "dbt_project" / "models" / "serving" / "serving_cases.sql"
    path.write_text("select batch_id, one_more_column")
    (after,) = published_datasets(root)
    assert before.code != after.code


def test_a_publish_model_without_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="publish_kpi_new has no serving model"):
        published_datasets(project(tmp_path, "publish_kpi_new"))


def test_a_seed_is_known_by_its_content(tmp_path: Path) -> None:
    root = project(tmp_path, "publish_dim_x", "serving_dim_x")
    (root / "seeds").mkdir()
    path = root / "seeds" / "dim_x.csv"
    path.write_text('id,name\na,"one, two"\nb,\n', encoding="utf-8")
    (dataset,) = published_datasets(root)
    first = seed_object(dataset)
    assert first.rows == 2
    assert first.key == f"seeds/dim_x/part-{first.sha256[:12]}.csv"
    path.write_text("id,name\na,one\n", encoding="utf-8")
    assert seed_object(dataset).key != first.key


def test_every_gold_model_of_the_project_is_published_or_left_out_on_purpose() -> None:
    gold = PROJECT_ROOT / "dbt_project" / "models" / "gold"
    written = {
        path.stem.removeprefix("gold_")
        for path in gold.glob("gold_*.sql")
        if "'partition':" in path.read_text(encoding="utf-8")
    }
    published = {dataset.name for dataset in published_datasets(PROJECT_ROOT)}
    # A row a day and open case: it stays in the lake. v_tickets_open has its last day.
    assert written - published == {"tickets_snapshot"}
