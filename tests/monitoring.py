"""What Prometheus' rules and Grafana's panels ask, taken from their files."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

LOCAL = Path(__file__).resolve().parents[1] / "infra" / "local"
RULES = LOCAL / "prometheus" / "rules"

NUMBER = r"[0-9.]+(e[0-9]+)?"


def rules() -> list[dict[str, Any]]:
    """Every recorded rule, then every alert."""
    files = (RULES / "recorded.yml", RULES / "alerts.yml")
    groups = [group for file in files for group in yaml.safe_load(file.read_text())["groups"]]
    return [rule for group in groups for rule in group["rules"]]


def alerts() -> list[dict[str, Any]]:
    """Every alert."""
    return [rule for rule in rules() if "alert" in rule]


def expressions() -> list[tuple[str, str]]:
    """(where, PromQL) of every rule and panel; an alert's comparison is made to give 0 or 1."""
    found = []
    for rule in rules():
        name = rule.get("record") or rule["alert"]
        compared = re.sub(rf" (==|>|<) (?={NUMBER}$)", r" \1 bool ", rule["expr"])
        found.append((name, compared if "alert" in rule else rule["expr"]))
    return found + [(title, target["expr"]) for title, target in _targets() if "expr" in target]


def panel_queries() -> list[tuple[str, str]]:
    """(where, SQL) of every panel and annotation on Postgres, Grafana's macros filled in."""
    found = [(title, target["rawSql"]) for title, target in _targets() if "rawSql" in target]
    for board in dashboards():
        for annotation in board["annotations"]["list"]:
            if "target" in annotation:
                found.append((annotation["name"], annotation["target"]["rawSql"]))
    macro = re.compile(r"\$__timeFilter\((\w+)\)")
    return [(title, macro.sub(r"\1 > now() - interval '1 day'", sql)) for title, sql in found]


def dashboards() -> list[dict[str, Any]]:
    """Every dashboard as Grafana reads it."""
    files = sorted((LOCAL / "grafana" / "dashboards").glob("*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in files]


def panels() -> list[dict[str, Any]]:
    """Every panel of every dashboard, rows left out."""
    return [panel for board in dashboards() for panel in board["panels"] if panel["type"] != "row"]


def _targets() -> Iterator[tuple[str, dict[str, Any]]]:
    for panel in panels():
        for target in panel["targets"]:
            yield panel["title"], target
