"""The data dictionary: every served dataset with its columns, as Markdown."""

from collections.abc import Iterator, Sequence

from orchestration.publication.datasets import Dataset


def data_dictionary(datasets: Sequence[Dataset]) -> str:
    """One section per dataset, in the order of their views; types are those of the lake."""
    ordered = sorted(datasets, key=lambda item: (item.schema, item.table))
    return "\n".join(
        ["# Data dictionary", "", *(line for item in ordered for line in _section(item))]
    )


def _section(dataset: Dataset) -> Iterator[str]:
    yield f"## {dataset.schema}.{dataset.table}"
    yield ""
    yield _one_line(dataset.description)
    yield ""
    yield f"Identified by {', '.join(dataset.grain)}."
    yield ""
    yield "| Column | Type | Description |"
    yield "| --- | --- | --- |"
    for column in dataset.columns:
        yield f"| {column.name} | {column.type} | {_one_line(column.description)} |"
    yield ""


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
