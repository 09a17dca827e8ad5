"""Reference pages on what is watched and what can fail: metrics, alerts, error classes."""

import ast
from collections.abc import Iterator
from pathlib import Path

import yaml

from orchestration.metrics.exporter import PqrCollector
from orchestration.metrics.families import families
from orchestration.metrics.rows import Snapshot

ROOT = Path(__file__).resolve().parents[2]
ALERTS = ROOT / "infra" / "local" / "prometheus" / "rules" / "alerts.yml"
_NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


def metrics_and_alerts() -> Iterator[str]:
    """Every metric of the exporter, and every alert with its runbook."""
    yield "# Metrics and alerts\n\n## Metrics\n"
    yield "`pqr metrics` exports them; [Observability](../observability.md) explains them.\n"
    yield "| metric | labels | meaning |\n|---|---|---|"
    for metric in [*PqrCollector(_NOWHERE, Path("/")).collect(), *families(Snapshot())]:
        labels = ", ".join(getattr(metric, "_labelnames", ()))
        yield f"| `{metric.name}` | {labels} | {metric.documentation} |"
    yield "\n## Alerts\n\n| alert | meaning | condition | severity |\n|---|---|---|---|"
    for group in yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]:
        for alert in group["rules"]:
            page = alert["annotations"]["runbook"].rpartition("/")[2].removesuffix(".md")
            yield (
                f"| [{alert['alert']}](../runbooks/{page}.md) | {alert['annotations']['summary']}"
                f" | `{alert['expr']}` | {alert['labels']['severity']} |"
            )


def error_classes() -> list[tuple[str, str, str]]:
    """(class, family, first line of its docstring) of every error that ends a command."""
    found: dict[str, tuple[list[str], str]] = {}
    for package in ("orchestration", "simulator"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
                    said = (ast.get_docstring(node) or "").partition("\n")[0]
                    found[node.name] = (bases, said)
    families_ = ("WorkFailed", "UsageError", "ServiceUnavailable", "Locked")

    def family(name: str) -> str:
        for base in found.get(name, ([], ""))[0]:
            if base in families_:
                return base
            if above := family(base):
                return above
        return ""

    listed = [(name, family(name), said) for name, (_, said) in found.items() if name[0] != "_"]
    order = {name: place for place, name in enumerate(families_)}
    return sorted((item for item in listed if item[1]), key=lambda item: (order[item[1]], item[0]))
