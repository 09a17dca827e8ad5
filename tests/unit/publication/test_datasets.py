"""What is published, and how it is checked, follows from what the dbt project declares."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace as Node

import pytest

from orchestration.publication.datasets import (
    Dataset,
    DeclarationIncomplete,
    declared_datasets,
    published_datasets,
    seed_object,
)
from orchestration.publication.dictionary import data_dictionary
from orchestration.publication.rules import rules
from orchestration.settings import PROJECT_ROOT, Settings, load_settings
from orchestration.transform.serving import parsed_declarations

# dbt in this process leaves its log file to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def project(**meta: object) -> Node:
    """A parsed project with one served dataset."""
    column = Node(name="day", data_type="date", description="The day.")
    parent = Node(
        resource_type="model", name="gold_kpi_new", alias="kpi_new", fqn=["p", "gold", "x"],
        config=Node(materialized="lake", meta={"serving": {"schema": "gold"}, **meta}),
        columns={"day": column}, description="New.", unique_id="model.p.gold_kpi_new",
        patch_path="p://models/gold/gold_kpi_new.yml", original_file_path="gold_kpi_new.sql",
    )  # fmt: skip
    served = Node(
        resource_type="model", name="serving_kpi_new_daily", alias="kpi_new_daily",
        config=Node(materialized="served_table"), raw_code="{{ served('gold_kpi_new') }}",
        depends_on=Node(nodes=[parent.unique_id], macros=["macro.p.served"]),
        columns={"place": Node(name="place", data_type="jsonb", description="Computed.")},
    )  # fmt: skip
    macros = {"macro.p.served": Node(macro_sql="select", depends_on=Node(macros=[]))}
    nodes = {parent.unique_id: parent, "model.p.serving_kpi_new_daily": served}
    return Node(nodes=nodes, macros=macros, metadata=Node(project_name="p"))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    home = tmp_path_factory.mktemp("home")
    yield replace(load_settings({}), home=home)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def datasets(settings: Settings) -> tuple[Dataset, ...]:
    """What this project declares."""
    return published_datasets(settings, lambda: parsed_declarations(settings))


def test_a_dataset_is_what_its_model_declares() -> None:
    (found,) = declared_datasets(project(grain=["day"]))
    assert (found.name, found.table, found.layer) == ("kpi_new", "kpi_new_daily", "gold")
    assert (found.grain, [column.name for column in found.columns]) == (("day",), ["day"])


def test_a_dataset_without_grain_is_refused_with_its_file_and_field() -> None:
    with pytest.raises(
        DeclarationIncomplete, match=r"models/gold/gold_kpi_new\.yml: .*config\.meta\.grain"
    ):
        declared_datasets(project())


def edit_model(parsed: Node) -> None:
    parsed.nodes["model.p.serving_kpi_new_daily"].raw_code += "where true"


def edit_macro(parsed: Node) -> None:
    parsed.macros["macro.p.served"].macro_sql += " "


def edit_type(parsed: Node) -> None:
    parsed.nodes["model.p.gold_kpi_new"].columns["day"].data_type = "timestamp"


def edit_computed_type(parsed: Node) -> None:
    parsed.nodes["model.p.serving_kpi_new_daily"].columns["place"].data_type = "json"


@pytest.mark.parametrize("edit", [edit_model, edit_macro, edit_type, edit_computed_type])
def test_what_decides_served_rows_is_in_the_code(edit: Callable[[Node], None]) -> None:
    parsed = project(grain=["day"])
    (before,) = declared_datasets(parsed)
    edit(parsed)
    assert declared_datasets(parsed)[0].code != before.code


def test_a_description_is_another_declaration_of_the_same_rows() -> None:
    parsed = project(grain=["day"])
    (before,) = declared_datasets(parsed)
    parsed.nodes["model.p.gold_kpi_new"].columns["day"].description = "Another text."
    (after,) = declared_datasets(parsed)
    assert (after.code == before.code, after.declaration == before.declaration) == (True, False)


def test_what_dbt_says_is_kept_until_a_file_changes(
    settings: Settings, datasets: tuple[Dataset, ...]
) -> None:
    assert published_datasets(settings, lambda: pytest.fail("parsed again")) == datasets


def test_a_seed_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "dim_x.csv"
    path.write_text('id,name\na,"one, two"\nb,\n', encoding="utf-8")
    dataset = Dataset("dim_x", "dim_x", seed=path)
    first = seed_object(dataset)
    assert first.rows == 2
    assert first.key == f"seeds/dim_x/part-{first.sha256[:12]}.csv"
    path.write_text("id,name\na,one\n", encoding="utf-8")
    assert seed_object(dataset).key != first.key


def test_every_gold_dataset_of_the_project_is_served(datasets: tuple[Dataset, ...]) -> None:
    gold = PROJECT_ROOT / "dbt_project" / "models" / "gold"
    declared = {
        path.stem.removeprefix("gold_")
        for path in gold.glob("gold_*.yml")
        if "\n        partition: " in path.read_text(encoding="utf-8")
    }
    assert declared == {item.name for item in datasets if item.layer == "gold"}


# Only what happened has a row: no grid. Reports have their days, at the ends of periods.
SPARSE = {
    "kpi_flow_variants",
    "tickets_snapshot",
    "report_monthly",
    "report_quarterly",
    "report_semester",
}


def test_every_served_dataset_has_checks_of_its_grain_its_days_and_its_ranges(
    datasets: tuple[Dataset, ...],
) -> None:
    checks: dict[str, set[str]] = {}
    for rule in rules(datasets):
        checks.setdefault(rule.table, set()).add(rule.name)
    for item in datasets:
        wanted = {"grain_is_unique_over_batches", "values_are_in_range"}
        if "day" in item.grain and item.layer == "gold" and item.name not in SPARSE:
            wanted |= {"grid_is_dense", "days_are_those_of_the_world"}
        assert wanted <= checks[item.table], item.name


def test_the_dictionary_has_every_column_with_its_description(
    datasets: tuple[Dataset, ...],
) -> None:
    text = data_dictionary(datasets)
    for item in datasets:
        assert f"## {item.schema}.{item.table}\n" in text
        for column in item.columns:
            assert column.description, f"{item.name}.{column.name}"
            assert f"| {column.name} | {column.type} | " in text
