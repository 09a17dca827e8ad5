"""The dbt project as people read it: described, with tested grains and enforced contracts."""

import csv
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "dbt_project" / "models"
LAYERS = ("silver", "gold", "serving")
SQL = sorted(path for layer in LAYERS for path in (MODELS / layer).rglob("*.sql"))


def described(path: Path) -> dict[str, Any]:
    """The entry of a model in the yml beside it."""
    beside = path.with_suffix(".yml")
    assert beside.is_file(), f"{beside.relative_to(ROOT)} is missing"
    entries = read_yml(beside)["models"]
    found = [entry for entry in entries if entry["name"] == path.stem]
    assert len(found) == 1, f"{beside.name} must describe {path.stem} once"
    return dict(found[0])


@cache
def read_yml(path: Path) -> dict[str, Any]:
    return dict(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@cache
def yml_entries(*kinds: str) -> dict[str, dict[str, Any]]:
    """Entries of these kinds (models, seeds, sources, ...) in every yml, by name."""
    files = [*MODELS.rglob("*.yml"), *(ROOT / "seeds").glob("*.yml")]
    parsed = [read_yml(path) for path in files]
    return {
        entry["name"]: entry for file in parsed for kind in kinds for entry in file.get(kind, [])
    }


def columns_of(entry: dict[str, Any]) -> list[str]:
    return [column["name"] for column in entry["columns"]]


def names_of_tests(item: dict[str, Any]) -> set[str]:
    return {
        name if isinstance(name, str) else next(iter(name)) for name in item.get("data_tests", [])
    }


@pytest.mark.parametrize(
    "path", [path for path in SQL if path.parent.name != "serving"], ids=lambda path: path.stem
)
def test_every_model_and_column_is_described(path: Path) -> None:
    entry = described(path)
    assert entry.get("description"), "no description"
    without = [column["name"] for column in entry["columns"] if not column.get("description")]
    assert without == []


@pytest.mark.parametrize("path", sorted((ROOT / "seeds").glob("*.csv")), ids=lambda path: path.stem)
def test_every_seed_and_each_of_its_columns_is_described(path: Path) -> None:
    entry = yml_entries("seeds")[path.stem]
    with path.open(encoding="utf-8", newline="") as file:
        assert columns_of(entry) == next(csv.reader(file))
    assert entry.get("description")
    assert all(column.get("description") for column in entry["columns"])


def test_every_source_and_each_of_its_columns_is_described() -> None:
    for source in yml_entries("sources").values():
        assert source.get("description"), source["name"]
        for table in source["tables"]:
            assert table.get("description"), table["name"]
            assert all(column.get("description") for column in table["columns"]), table["name"]


@pytest.mark.parametrize(
    "path", sorted((MODELS / "serving").glob("*.sql")), ids=lambda path: path.stem
)
def test_a_serving_model_serves_one_declared_dataset(path: Path) -> None:
    found = re.findall(r"\{\{ served\('(\w+)'\) \}\}", path.read_text(encoding="utf-8"))
    assert len(found) == 1, "a serving model is one served()"
    meta = yml_entries("models", "seeds")[found[0]]["config"]["meta"]
    assert meta["grain"]
    assert meta["serving"]["schema"] in ("silver", "gold")


@pytest.mark.parametrize(
    "path",
    [path for path in SQL if path.parts[-2] in ("silver", "gold")],
    ids=lambda path: path.stem,
)
def test_silver_and_gold_say_their_grain_first_and_enforce_their_contract(path: Path) -> None:
    entry = described(path)
    assert path.read_text(encoding="utf-8").startswith("-- Grain: one row per ")
    assert entry["config"]["contract"] == {"enforced": True}
    assert all(column.get("data_type") for column in entry["columns"])


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in SQL
        if path.parts[-2] in ("silver", "gold") and path.stem != "silver_loaded_events"
    ],
    ids=lambda path: path.stem,
)
def test_silver_and_gold_test_their_grain(path: Path) -> None:
    entry = described(path)
    meta = entry["config"]["meta"]
    assert "grain_is_unique" in names_of_tests(entry)
    assert set(meta["grain"]) <= set(columns_of(entry))
    if "grid" in meta:
        assert {"every_day_is_there", "every_day_has_its_grid"} <= names_of_tests(entry)


# Models whose rule is tested through another one: the same macro over other keys.
SAME_MACRO = {
    "gold_kpi_department": "gold_kpi_priority",
    "gold_kpi_municipality": "gold_kpi_priority",
    "gold_kpi_sla": "gold_kpi_first_response",
    "gold_kpi_close_time": "gold_kpi_first_response",
    "gold_report_quarterly": "gold_report_monthly",
}
RULES = re.compile(
    r"\bcase\s+when\b|\bover\s*\(|duration_columns|trend_columns|kpis_by|period_report|local_day"
)


@pytest.mark.parametrize(
    "path",
    [path for path in SQL if path.parts[-2] in ("silver", "gold")],
    ids=lambda path: path.stem,
)
def test_a_case_window_or_date_rule_has_a_unit_test(path: Path) -> None:
    # Its date rule is one cast of bronze, which the tests of the events compare with the object.
    if path.stem == "silver_loaded_events":
        return
    if RULES.search(path.read_text(encoding="utf-8")):
        tested = {test["model"] for test in yml_entries("unit_tests").values()}
        assert SAME_MACRO.get(path.stem, path.stem) in tested


def test_the_glossary_is_in_both_languages_and_each_entry_is_used() -> None:
    glossary: dict[str, set[str]] = {}
    for language in ("en", "es"):
        text = (ROOT / "dbt_project" / "docs" / f"glossary_{language}.md").read_text("utf-8")
        glossary[language] = set(re.findall(rf"{{% docs (\w+)_{language} %}}", text))
    assert glossary["en"] == glossary["es"] != set()
    files = [*MODELS.rglob("*.yml"), *(ROOT / "seeds").glob("*.yml")]
    ymls = "".join(path.read_text(encoding="utf-8") for path in files)
    used = set(re.findall(r"doc\('(\w+)'\)", ymls))
    entries = {f"{name}_{language}" for language, names in glossary.items() for name in names}
    assert used == entries | set(COLUMN_TEXTS)


COLUMN_TEXTS = dict(
    re.findall(
        r"{% docs (\w+) %}(.*?){% enddocs %}",
        (ROOT / "dbt_project" / "docs" / "columns.md").read_text(encoding="utf-8"),
    )
)


def test_a_column_name_has_one_description() -> None:
    texts: dict[str, set[str]] = {}
    tables = yml_entries("sources")["bronze"]["tables"]
    lake = [
        entry
        for name, entry in yml_entries("models").items()
        if name.startswith(("silver", "gold"))
    ]
    for entry in (*lake, *yml_entries("seeds").values(), *tables):
        for column in entry["columns"]:
            found = re.fullmatch(r"{{ doc\('(\w+)'\) }}", column["description"])
            text = COLUMN_TEXTS[found[1]] if found else column["description"]
            texts.setdefault(column["name"], set()).add(text)
    assert {name: found for name, found in texts.items() if len(found) > 1} == {}
    assert len(texts) > 150


def test_an_intermediate_model_shows_what_it_reads() -> None:
    # prepare_lake() makes it from its query when a selection leaves it out.
    for path in SQL:
        if (
            path.parts[-2] in ("silver", "gold")
            and "partition" not in described(path)["config"]["meta"]
        ):
            text = path.read_text(encoding="utf-8")
            assert len(re.findall(r"\bref\(", text)) == len(re.findall(r"{{ ref\('\w+'\) }}", text))
            for macro in re.findall(r"{{ (\w+)\(", text):
                for file in (ROOT / "macros").rglob(f"{macro}.sql"):
                    assert "ref(" not in file.read_text(encoding="utf-8"), (path, macro)


@pytest.mark.parametrize(
    ("exposure", "folder"),
    [
        ("streamlit_dashboard", "orchestration/dashboard"),
        ("metabase_board", "infra/local/metabase"),
        ("grafana_operations", "infra/local/grafana"),
        ("grafana_operations", "orchestration/metrics"),
    ],
)
def test_an_exposure_names_every_kpi_that_its_dashboard_reads(exposure: str, folder: str) -> None:
    files = [
        path for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".yaml", ".json")
    ]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    read = {f"ref('serving_{name}')" for name in re.findall(r"\bgold\.(\w+)", text)}
    assert read
    assert read <= set(yml_entries("exposures")[exposure]["depends_on"])


def test_every_metric_and_semantic_model_is_described() -> None:
    metrics, semantic = yml_entries("metrics"), yml_entries("semantic_models")
    assert len(metrics) > 10
    measures = [item for model in semantic.values() for item in model["measures"]]
    for entry in (*metrics.values(), *semantic.values(), *measures):
        assert entry.get("description"), entry["name"]
