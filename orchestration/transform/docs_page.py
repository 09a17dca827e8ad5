"""dbt's documentation as one static page, with the types that the contracts declare.

`dbt docs generate` lists the types of what it finds built. Nothing has to be built to read the
documentation: a model that it does not find gets the types of its contract.

Run as `python -m orchestration.transform.docs_page FOLDER`, after `dbt docs generate`.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any, Final

from orchestration.errors import WorkFailed

PAGE: Final = "static_index.html"
_PLACES: Final = {
    "manifest.json": '"MANIFEST.JSON INLINE DATA"',
    "catalog.json": '"CATALOG.JSON INLINE DATA"',
}
# How macros/names/generate_schema_name.sql names the schemas of a sandbox.
_SANDBOX: Final = re.compile(r"dev_.+_(landing|serving|silver|gold|core)")

Json = dict[str, Any]


class DocsIncomplete(WorkFailed):
    """dbt's documentation is not where it should be, or has another form."""


def write_page(folder: Path) -> Path:
    """Complete the catalog and put everything into one page.

    Args:
        folder: dbt's target folder, with index.html, manifest.json and catalog.json.

    Returns:
        The page, which needs no server and no other file.

    Raises:
        DocsIncomplete: A file is missing, or the page has no place for the data.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        catalog = json.loads((folder / "catalog.json").read_text(encoding="utf-8"))
        page = (folder / "index.html").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DocsIncomplete(f"{error.filename} is missing: run `dbt docs generate`") from None
    describe_served(manifest)
    whole = complete(manifest, catalog)
    (folder / "catalog.json").write_text(json.dumps(whole), encoding="utf-8")
    for name, place in _PLACES.items():
        if place not in page:
            raise DocsIncomplete(f"{folder / 'index.html'} has no place for {name}")
    # `</` would end the script that holds the data.
    for data, place in zip((manifest, whole), _PLACES.values(), strict=True):
        page = page.replace(place, json.dumps(data).replace("</", "<\\/"))
    written = folder / PAGE
    written.write_text(page, encoding="utf-8")
    return written


def describe_served(manifest: Json) -> None:
    """Give every serving model the description and the columns of the dataset that it serves."""
    for node in manifest["nodes"].values():
        if node.get("config", {}).get("materialized") == "served_table":
            parent = manifest["nodes"][node["depends_on"]["nodes"][0]]
            node["description"] = node.get("description") or parent.get("description", "")
            node["columns"] = {**parent["columns"], **node["columns"]}


def complete(manifest: Json, catalog: Json) -> Json:
    """The catalog with an entry for every model, seed and source of the manifest."""
    nodes, sources = dict(catalog["nodes"]), dict(catalog["sources"])
    for unique_id, node in manifest["nodes"].items():
        if node["resource_type"] in ("model", "seed") and unique_id not in nodes:
            nodes[unique_id] = _entry(manifest, unique_id, node)
    for unique_id, source in manifest["sources"].items():
        if unique_id not in sources:
            sources[unique_id] = _entry(manifest, unique_id, source)
    return {**catalog, "nodes": nodes, "sources": sources}


def _types(manifest: Json, node: Json) -> dict[str, str]:
    """Declared types by column; a serving model has those of the one dataset that it serves."""
    declared = {name: column.get("data_type") for name, column in node["columns"].items()}
    declared |= node.get("config", {}).get("column_types") or {}
    parents = node.get("depends_on", {}).get("nodes", [])
    if len(parents) == 1 and parents[0] in manifest["nodes"]:
        above = _types(manifest, manifest["nodes"][parents[0]])
        declared = {name: kind or above.get(name) for name, kind in declared.items()}
    return {name: kind or "" for name, kind in declared.items()}


def _relation(manifest: Json, node: Json) -> dict[str, str]:
    """Database, schema and name under which a run publishes what a sandbox only tries."""
    schema, database = node["schema"], node["database"]
    if found := _SANDBOX.fullmatch(schema):
        schema = found[1]
    if node["fqn"][1] == "serving":
        # Parsed for the lake, it seems to lie in DuckDB; what it reads lies beside it.
        sources = manifest["sources"].values()
        database = next((one["database"] for one in sources if one["schema"] == "meta"), database)
    return {"database": database, "schema": schema, "name": node.get("alias") or node["name"]}


def _entry(manifest: Json, unique_id: str, node: Json) -> Json:
    types = _types(manifest, node)
    kind = node.get("config", {}).get("materialized") or "source"
    return {
        "unique_id": unique_id,
        "metadata": {
            "type": kind,
            **_relation(manifest, node),
            "comment": None,
            "owner": None,
        },
        "columns": {
            name: {"name": name, "type": column_type, "index": index, "comment": None}
            for index, (name, column_type) in enumerate(types.items(), start=1)
        },
        "stats": {
            "has_stats": {
                "id": "has_stats",
                "label": "Has Stats?",
                "value": False,
                "include": False,
                "description": "Whether there are statistics of this table.",
            }
        },
    }


if __name__ == "__main__":
    print(f"open {write_page(Path(sys.argv[1]))}")
