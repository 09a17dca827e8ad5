"""Reference pages that dbt's parsed project says: columns, and the definitions of the KPIs."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from orchestration.publication.datasets import published_datasets
from orchestration.publication.dictionary import data_dictionary
from orchestration.settings import load_settings
from orchestration.transform.serving import parsed_declarations

_KPI = ("gold_kpi_", "gold_report_")


@cache
def _project() -> Any:
    return parsed_declarations(load_settings())


def columns() -> Iterator[str]:
    """Every published table with its columns."""
    yield data_dictionary(published_datasets(load_settings(), _project))


def kpis() -> Iterator[str]:
    """What each KPI counts, per row of which grain, and the metrics of the semantic model."""
    project = _project()
    models = sorted(
        (node for node in project.nodes.values() if node.name.startswith(_KPI)
         and node.resource_type == "model"),
        key=lambda node: node.name,
    )  # fmt: skip
    yield "# KPI definitions\n"
    yield "Each KPI is a model of gold. A row is final at the end of its day.\n"
    for node in models:
        grain = node.config.meta["grain"]
        yield f"## {node.name.removeprefix('gold_')}\n\n{_one_line(node.description)}\n"
        names = ", ".join(f"`{name}`" for name in grain)
        yield f"Grain: {names}. SQL: `{node.original_file_path}`.\n"
        yield "| measure | definition |\n|---|---|"
        for column in node.columns.values():
            if column.name not in grain:
                yield f"| {column.name} | {_one_line(column.description)} |"
        yield ""
    yield "## Metrics of the semantic model\n"
    yield "`mf query --metrics NAME --group-by DIMENSION` computes them for any group.\n"
    yield "| metric | definition |\n|---|---|"
    for metric in sorted(project.metrics.values(), key=lambda item: item.name):
        yield f"| {metric.name} | {_one_line(metric.description or metric.label)} |"


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
