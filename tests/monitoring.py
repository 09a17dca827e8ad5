"""What Prometheus' rules and Grafana's panels ask, taken from their files."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

LOCAL = Path(__file__).resolve().parents[1] / "infra" / "local"
RULES = LOCAL / "prometheus" / "rules" / "pqr.yml"


def expressions() -> list[tuple[str, str]]:
    """(where, PromQL) of every rule and panel; an alert's comparison is made to give 0 or 1."""
    found = []
    for group in yaml.safe_load(RULES.read_text())["groups"]:
        for rule in group["rules"]:
            name = rule.get("record") or rule["alert"]
            compared = re.sub(r"(==|>|<) (?=[0-9.]+$)", r"\1 bool ", rule["expr"])
            found.append((name, compared if "alert" in rule else rule["expr"]))
    return found + [(title, target["expr"]) for title, target in _targets() if "expr" in target]


def panel_queries() -> list[tuple[str, str]]:
    """(where, SQL) of every panel on Postgres."""
    return [(title, target["rawSql"]) for title, target in _targets() if "rawSql" in target]


def _targets() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((LOCAL / "grafana" / "dashboards").glob("*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel.get("targets", ()):
                yield panel["title"], target
