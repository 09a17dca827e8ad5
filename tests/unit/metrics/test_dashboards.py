"""The dashboards are those of their definitions, and each panel says what it shows and in what."""

import importlib.util
import json
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from monitoring import LOCAL, alerts, dashboards, expressions, panels

GRAFANA = LOCAL / "grafana"
SOURCES = yaml.safe_load((GRAFANA / "provisioning/datasources/pqrs.yaml").read_text("utf-8"))
UIDS = {source["uid"]: source["type"] for source in SOURCES["datasources"]}


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", GRAFANA / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sources(thing: Any) -> list[dict[str, str]]:
    """Every data source that a part of a dashboard names, however deep."""
    if isinstance(thing, dict):
        found = [thing["datasource"]] if "datasource" in thing else []
        return found + [source for value in thing.values() for source in sources(value)]
    return [source for value in thing for source in sources(value)] if type(thing) is list else []


@pytest.mark.parametrize("definition", sorted((GRAFANA / "definition").glob("*.yml")))
def test_the_json_is_that_of_the_definition(definition: Path) -> None:
    made = generator().dashboard(definition)
    kept = json.loads((GRAFANA / "dashboards" / f"{definition.stem}.json").read_text("utf-8"))
    assert made == kept, "run: python infra/local/grafana/generate.py"


def test_each_dashboard_has_a_definition_and_a_uid_of_its_own() -> None:
    files = {path.stem for path in (GRAFANA / "dashboards").iterdir()}
    assert files == {path.stem for path in (GRAFANA / "definition").glob("*.yml")}
    assert len({board["uid"] for board in dashboards()}) == len(files)
    titles = {board["title"] for board in dashboards()}
    assert titles == {"Operación", "Calidad", "Cumplimiento", "Modelos"}
    assert all(board["description"] for board in dashboards())


def test_every_data_source_is_one_that_is_provisioned() -> None:
    found = sources(dashboards())
    assert len(found) > 2 * len(panels())
    assert all(UIDS.get(source["uid"]) == source["type"] for source in found)


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: str(panel["title"]))
def test_a_panel_has_a_unit_a_description_and_limits_where_it_has_one_figure(
    panel: dict[str, Any],
) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    assert defaults["unit"]
    assert len(panel["description"]) > 20 or panel["description"].endswith(".")
    if panel["type"] == "stat":
        assert "thresholds" in defaults or panel["fieldConfig"]["overrides"]


def test_no_two_panels_show_the_same() -> None:
    asked = Counter(
        (panel["type"], target.get("expr", target.get("rawSql")))
        for panel in panels()
        for target in panel["targets"]
    )
    assert [what for what, times in asked.items() if times > 1] == []
    titles = Counter((board["uid"], panel["title"]) for board in dashboards()
                     for panel in board["panels"])  # fmt: skip
    assert [title for title, times in titles.items() if times > 1] == []


def test_panels_lie_side_by_side_and_not_upon_each_other() -> None:
    for board in dashboards():
        taken: set[tuple[int, int]] = set()
        for panel in board["panels"]:
            place = panel["gridPos"]
            assert place["x"] + place["w"] <= 24
            cells = {
                (x, y)
                for x in range(place["x"], place["x"] + place["w"])
                for y in range(place["y"], place["y"] + place["h"])
            }
            assert not taken & cells, panel["title"]
            taken |= cells


def test_each_alert_has_a_panel_that_links_its_runbook() -> None:
    linked = {link["url"] for panel in panels() for link in panel.get("links", ())}
    pages = {rule["annotations"]["runbook"].rpartition("/")[2] for rule in alerts()}
    assert linked == {f"/public/runbooks/{page}" for page in pages}


def test_each_recorded_series_is_shown_or_compared() -> None:
    asked = " ".join(expression for _, expression in expressions())
    recorded = [name for name, _ in expressions() if ":" in name]
    assert [name for name in recorded if name not in asked] == []
