"""What this project declares: dbt parses it, and each dataset is served, checked and described."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from orchestration.publication.datasets import Dataset, known_datasets, published_datasets
from orchestration.publication.dictionary import data_dictionary
from orchestration.publication.rules import rules
from orchestration.settings import PROJECT_ROOT, Settings, load_settings
from orchestration.transform.serving import parsed_declarations

# dbt in this process leaves its log file to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

# Only what happened has a row: no grid. Reports have their days, at the ends of periods.
SPARSE = {
    "kpi_flow_variants",
    "tickets_snapshot",
    "report_monthly",
    "report_quarterly",
    "report_semester",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    home = tmp_path_factory.mktemp("home")
    yield replace(load_settings({}), home=home)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def datasets(settings: Settings) -> tuple[Dataset, ...]:
    """What this project declares."""
    return published_datasets(settings, lambda: parsed_declarations(settings))


def test_what_dbt_says_is_kept_until_a_file_changes(
    settings: Settings, datasets: tuple[Dataset, ...]
) -> None:
    assert published_datasets(settings, lambda: pytest.fail("parsed again")) == datasets


@pytest.mark.parametrize("ask", [published_datasets, known_datasets])
def test_what_is_kept_but_cut_off_is_read_from_dbt_again(
    settings: Settings, datasets: tuple[Dataset, ...], ask: Callable[..., tuple[Dataset, ...]]
) -> None:
    (kept,) = (settings.home / "dbt").glob("datasets-*")
    kept.write_text("")
    assert ask(settings, lambda: parsed_declarations(settings)) == datasets
    assert ask(settings, lambda: pytest.fail("parsed again")) == datasets


def test_every_gold_dataset_of_the_project_is_served(datasets: tuple[Dataset, ...]) -> None:
    gold = PROJECT_ROOT / "dbt_project" / "models" / "gold"
    declared = {
        path.stem.removeprefix("gold_")
        for path in gold.glob("gold_*.yml")
        if "\n        partition: " in path.read_text(encoding="utf-8")
    }
    assert declared == {item.name for item in datasets if item.layer == "gold"}


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
