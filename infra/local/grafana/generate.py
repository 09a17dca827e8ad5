"""Makes dashboards/*.json of definition/*.yml: `python infra/local/grafana/generate.py`.

Grafana reads the JSON, people read the definition. A test compares the two.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
RULES = HERE.parent / "prometheus" / "rules" / "alerts.yml"
Json = dict[str, Any]

# The uids of provisioning/datasources.
PROMETHEUS = {"type": "prometheus", "uid": "prometheus"}
POSTGRES = {"type": "grafana-postgresql-datasource", "uid": "pqrs-postgres"}
COLOURS = {
    "green": "#2f9e6e",
    "orange": "#e0a130",
    "red": "#c8483c",
    "blue": "#2f6fb0",
    "grey": "#8a8f98",
}
KINDS = {
    "stat": "stat",
    "bars": "bargauge",
    "lines": "timeseries",
    "columns": "barchart",
    "table": "table",
}
_GRID = 24
_LAST = {"calcs": ["lastNotNull"], "fields": "", "values": False}
_LEGEND = {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []}
_OPTIONS: dict[str, Json] = {
    "stat": {"reduceOptions": _LAST, "colorMode": "value", "graphMode": "none"},
    "bars": {"reduceOptions": _LAST, "orientation": "horizontal", "displayMode": "basic"},
    "lines": {"legend": _LEGEND, "tooltip": {"mode": "multi", "sort": "desc"}},
    "columns": {"legend": _LEGEND, "stacking": "normal", "xTickLabelRotation": -45},
    "table": {"showHeader": True, "cellHeight": "sm"},
}
_RUNS = """
select
    started_at as time,
    coalesce(finished_at, now()) as timeend,
    status || ': ' || date_min || ' a ' || date_max || coalesce(', ' || error, '') as text
from meta.runs
where $__timeFilter(started_at)
"""


def main() -> None:
    """Write every dashboard."""
    for path in sorted((HERE / "definition").glob("*.yml")):
        text = json.dumps(dashboard(path), ensure_ascii=False, indent=2) + "\n"
        (HERE / "dashboards" / f"{path.stem}.json").write_text(text, encoding="utf-8")


def dashboard(path: Path) -> Json:
    """The dashboard of a definition, as Grafana reads it."""
    made = yaml.safe_load(path.read_text(encoding="utf-8"))
    alerts = {
        rule["alert"]: rule
        for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
    }
    return {
        "uid": made["uid"],
        "title": made["title"],
        "description": made["help"],
        "tags": ["pqr"],
        "schemaVersion": 41,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "timezone": "browser",
        "time": {"from": made["from"], "to": "now"},
        "refresh": made["refresh"],
        "templating": {"list": []},
        "annotations": {"list": _annotations()},
        "links": _links(),
        "panels": list(_panels(made["rows"], alerts)),
    }


def _panels(rows: list[Json], alerts: dict[str, Json]) -> Iterator[Json]:
    number, top = 0, 0
    for row in rows:
        number += 1
        place = {"x": 0, "y": top, "w": _GRID, "h": 1}
        yield {"id": number, "type": "row", "title": row["title"], "gridPos": place,
               "collapsed": False, "panels": []}  # fmt: skip
        top, left = top + 1, 0
        for panel in row["panels"]:
            number += 1
            if left + panel["width"] > _GRID:
                top, left = top + row["height"], 0
            place = {"x": left, "y": top, "w": panel["width"], "h": row["height"]}
            yield {"id": number, **_panel(panel, alerts), "gridPos": place}
            left += panel["width"]
        top += row["height"]


def _panel(panel: Json, alerts: dict[str, Json]) -> Json:
    kind, source = panel["kind"], PROMETHEUS if "expr" in panel else POSTGRES
    options = dict(_OPTIONS[kind])
    if kind == "stat":
        options["textMode"] = panel.get("shows", "value")
    if "stacking" in panel:
        options["stacking"] = panel["stacking"]
    made = {
        "type": KINDS[kind],
        "title": panel["title"],
        "description": panel["help"],
        "datasource": source,
        "targets": [_target(panel, source)],
        "fieldConfig": {"defaults": _defaults(panel), "overrides": _overrides(panel)},
        "options": options,
    }
    if name := panel.get("alert"):
        page = alerts[name]["annotations"]["runbook"].rpartition("/")[2]
        made["description"] += f" Alerta {name}: {alerts[name]['expr']}."
        # Compose mounts docs/runbooks where Grafana serves files from.
        made["links"] = [{"title": f"Runbook {name}", "url": f"/public/runbooks/{page}"}]
    return made


def _target(panel: Json, source: Json) -> Json:
    target: Json = {"refId": "A", "datasource": source}
    if "sql" in panel:
        sql = panel["sql"].strip()
        return {**target, "editorMode": "code", "format": "table", "rawQuery": True, "rawSql": sql}
    is_series = panel["kind"] == "lines"
    legend = panel.get("legend", panel["title"])
    asked = {"expr": panel["expr"], "legendFormat": legend, "format": "time_series"}
    return {**target, **asked, "instant": not is_series, "range": is_series}


def _defaults(panel: Json) -> Json:
    defaults: Json = {"unit": panel["unit"]}
    for name in ("decimals", "max"):
        if name in panel:
            defaults[name] = panel[name]
    if panel["kind"] in ("bars", "lines", "columns"):
        defaults["min"] = 0
    if "colour" in panel:
        defaults["color"] = {"mode": "fixed", "fixedColor": COLOURS[panel["colour"]]}
    if "limits" in panel:
        steps = [
            {"color": COLOURS[name], "value": limit} for limit, name in panel["limits"].items()
        ]
        steps[0]["value"] = None  # Grafana's way of saying: everything below the next one
        defaults["thresholds"] = {"mode": "absolute", "steps": steps}
    if panel["kind"] == "lines":
        defaults["custom"] = {"drawStyle": "line", "fillOpacity": 10, "lineWidth": 1}
    return defaults


def _overrides(panel: Json) -> list[Json]:
    return [
        {
            "matcher": {"id": "byName", "options": name},
            "properties": [
                {"id": "color", "value": {"mode": "fixed", "fixedColor": COLOURS[colour]}}
            ],
        }
        for name, colour in panel.get("colours", {}).items()
    ]


def _annotations() -> list[Json]:
    """Runs as stretches of time, publications and firing alerts as points."""
    common = {"enable": True, "hide": False}
    runs = {"refId": "A", "format": "table", "rawQuery": True, "rawSql": _RUNS.strip()}
    published = "1000 * pqr_published_timestamp_seconds"
    return [
        {**common, "name": "Corridas", "datasource": POSTGRES, "iconColor": COLOURS["blue"],
         "target": runs},
        {**common, "name": "Publicaciones", "datasource": PROMETHEUS, "expr": published,
         "iconColor": COLOURS["green"], "useValueForTime": True, "titleFormat": "Publicado"},
        {**common, "name": "Alertas", "datasource": PROMETHEUS, "iconColor": COLOURS["red"],
         "expr": 'ALERTS{alertstate="firing", alertname=~"Pqr.*"}',
         "titleFormat": "{{alertname}}", "tagKeys": "severity,area"},
    ]  # fmt: skip


def _links() -> list[Json]:
    pages = (
        ("Prefect", "http://127.0.0.1:4200"),
        ("Alertas", "http://127.0.0.1:9093"),
        ("Dask", "http://127.0.0.1:8787"),
    )
    others = {"type": "dashboards", "title": "PQR", "tags": ["pqr"], "asDropdown": False}
    return [
        {**others, "includeVars": False, "keepTime": True},
        *({"type": "link", "title": name, "url": url, "targetBlank": True} for name, url in pages),
    ]


if __name__ == "__main__":
    main()
