"""The page of dbt's documentation shows every column with its type, built or not."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from orchestration.transform.docs_page import DocsIncomplete, write_page

PAGE = (
    '<script>data = ["MANIFEST.JSON INLINE DATA", "CATALOG.JSON INLINE DATA"]</script>'
    "<p>the page</p>"
)


def node(layer: str, name: str, columns: dict[str, str | None], **others: Any) -> dict[str, Any]:
    return {
        "resource_type": "model",
        "fqn": ["pqr_lakehouse", layer, name],
        "database": "lake",
        "schema": layer,
        "name": name,
        "alias": name.partition("_")[2],
        "config": {"materialized": "table"},
        "columns": {key: {"data_type": kind} for key, kind in columns.items()},
        "depends_on": {"nodes": []},
        **others,
    }


NODES = {
    "model.gold_kpi": node("gold", "gold_kpi", {"day": "date", "count": "bigint"}),
    "model.serving_kpi": node(
        "serving", "serving_kpi", {"point": "jsonb"}, schema="dev_ana_serving",
        config={"materialized": "served_table"}, depends_on={"nodes": ["model.gold_kpi"]},
    ),
    "seed.dim": node(
        "seeds", "dim", {"dim_id": None}, resource_type="seed",
        config={"materialized": "seed", "column_types": {"dim_id": "varchar"}},
    ),
    "test.one": {"resource_type": "test"},
}  # fmt: skip
SOURCES = {
    "source.bronze": node("silver", "events", {"ts": "timestamp"}, schema="bronze"),
    "source.meta": node("serving", "batches", {}, schema="meta", database="pqr_lakehouse"),
}
BUILT = {"unique_id": "model.gold_kpi", "columns": {"day": {"type": "DATE"}}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    manifest = {"nodes": NODES, "sources": SOURCES, "note": "</script>"}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    catalog = {"nodes": {"model.gold_kpi": BUILT}, "sources": {}, "errors": None}
    (tmp_path / "catalog.json").write_text(json.dumps(catalog))
    (tmp_path / "index.html").write_text(PAGE)
    return tmp_path


def types(entry: dict[str, Any]) -> dict[str, str]:
    return {name: column["type"] for name, column in entry["columns"].items()}


def test_what_was_not_built_has_the_types_of_its_contract(folder: Path) -> None:
    write_page(folder)
    catalog = json.loads((folder / "catalog.json").read_text())
    assert catalog["nodes"]["model.gold_kpi"] == BUILT
    served = types(catalog["nodes"]["model.serving_kpi"])
    assert served == {"day": "date", "count": "bigint", "point": "jsonb"}
    assert types(catalog["nodes"]["seed.dim"]) == {"dim_id": "varchar"}
    assert types(catalog["sources"]["source.bronze"]) == {"ts": "timestamp"}
    assert "test.one" not in catalog["nodes"]


def test_relations_have_the_names_under_which_they_are_published(folder: Path) -> None:
    write_page(folder)
    nodes = json.loads((folder / "catalog.json").read_text())["nodes"]
    metadata = nodes["model.serving_kpi"]["metadata"]
    assert [metadata[part] for part in ("database", "schema", "name")] == [
        "pqr_lakehouse", "serving", "kpi",
    ]  # fmt: skip


def test_the_page_holds_all_of_it_and_nothing_ends_its_script_early(folder: Path) -> None:
    text = write_page(folder).read_text()
    assert text.count("</script>") == 1
    found = re.search(r"data = (\[.*\])</script>", text)
    assert found
    manifest, catalog = json.loads(found[1])
    assert manifest["note"] == "</script>"
    assert set(catalog["nodes"]) == {name for name in NODES if name != "test.one"}


def test_missing_files_are_named(folder: Path) -> None:
    (folder / "catalog.json").unlink()
    with pytest.raises(DocsIncomplete, match=r"catalog\.json is missing: run `dbt docs generate`"):
        write_page(folder)
    (folder / "catalog.json").write_text('{"nodes": {}, "sources": {}}')
    (folder / "index.html").write_text("<p>another page</p>")
    with pytest.raises(DocsIncomplete, match=r"no place for manifest\.json"):
        write_page(folder)
