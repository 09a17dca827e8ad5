"""The content files: Metabase's own portable format, read and checked.

A subset of the format: one collection, questions in SQL with field filters, dashboards of them.
What a file holds beyond that is an error, so that nothing is dropped in silence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from orchestration.errors import UsageError

CONTENT = Path(__file__).resolve().parents[2] / "infra" / "local" / "metabase"


class ContentError(UsageError):
    """A content file is not what the provisioner understands. Names the file and the field."""


@dataclass(frozen=True)
class FieldFilter:
    """A `{{name}}` of a question's SQL and the column that it filters."""

    name: str
    tag_id: str
    display_name: str
    schema: str
    table: str
    column: str
    widget_type: str


@dataclass(frozen=True)
class Question:
    """A saved question in SQL."""

    entity_id: str
    name: str
    description: str
    display: str
    database: str
    sql: str
    filters: tuple[FieldFilter, ...]
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Placement:
    """A question, or a text, on a dashboard: its place on a grid of 24 columns, and its filters.

    `question_id` is None for a text, which stands in the settings. `filters` are pairs of a
    dashboard parameter's id and the name of the question's filter.
    """

    question_id: str | None
    row: int
    col: int
    size_x: int
    size_y: int
    filters: tuple[tuple[str, str], ...]
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Dashboard:
    """A dashboard; `parameters` are passed on to Metabase as they are."""

    entity_id: str
    name: str
    description: str
    width: str
    parameters: tuple[Mapping[str, Any], ...]
    placements: tuple[Placement, ...]


@dataclass(frozen=True)
class Content:
    """Everything that an instance is to hold, in one collection."""

    collection_id: str
    collection_name: str
    collection_description: str
    questions: tuple[Question, ...]
    dashboards: tuple[Dashboard, ...]


def load_content(folder: Path = CONTENT) -> Content:
    """Read the files of `folder`.

    Raises:
        ContentError: A file is no YAML, lacks a field, or refers to what is not there.
    """
    collections: list[dict[str, Any]] = []
    questions: list[Question] = []
    dashboards: list[Dashboard] = []
    for path in sorted(folder.rglob("*.yaml")):
        try:
            entity = yaml.safe_load(path.read_text(encoding="utf-8"))
            model = entity["serdes/meta"][-1]["model"]
            if model == "Collection":
                collections.append(entity)
            elif model == "Card":
                questions.append(_question(entity))
            elif model == "Dashboard":
                dashboards.append(_dashboard(entity))
            else:
                raise ContentError(
                    f"{path}: model {model} is not one of Collection, Card, Dashboard"
                )
        except (KeyError, TypeError, ValueError, IndexError, yaml.YAMLError) as error:
            raise ContentError(f"{path}: {type(error).__name__} at {error}") from None
    if len(collections) != 1:
        raise ContentError(f"{folder} holds {len(collections)} collections, not one")
    content = Content(
        collection_id=collections[0]["entity_id"],
        collection_name=collections[0]["name"],
        collection_description=collections[0]["description"],
        questions=tuple(questions),
        dashboards=tuple(dashboards),
    )
    _check_references(content)
    return content


def _question(entity: Mapping[str, Any]) -> Question:
    query = entity["dataset_query"]
    (stage,) = query["stages"]
    return Question(
        entity_id=entity["entity_id"],
        name=entity["name"],
        description=entity["description"],
        display=entity["display"],
        database=query["database"],
        sql=stage["native"],
        filters=tuple(_filter(tag) for tag in stage["template-tags"]),
        settings=entity["visualization_settings"],
    )


def _filter(tag: Mapping[str, Any]) -> FieldFilter:
    if tag["type"] != "dimension":
        raise ValueError(f"template tag {tag['name']}: type {tag['type']} is not dimension")
    _, _, (_, schema, table, column) = tag["dimension"]
    return FieldFilter(
        name=tag["name"],
        tag_id=tag["id"],
        display_name=tag["display-name"],
        schema=schema,
        table=table,
        column=column,
        widget_type=tag["widget-type"],
    )


def _dashboard(entity: Mapping[str, Any]) -> Dashboard:
    return Dashboard(
        entity_id=entity["entity_id"],
        name=entity["name"],
        description=entity["description"],
        width=entity["width"],
        parameters=tuple(entity["parameters"]),
        placements=tuple(_placement(card) for card in entity["dashcards"]),
    )


def _placement(card: Mapping[str, Any]) -> Placement:
    return Placement(
        question_id=card["card_id"],
        row=card["row"],
        col=card["col"],
        size_x=card["size_x"],
        size_y=card["size_y"],
        filters=tuple(
            (mapping["parameter_id"], mapping["target"][1][1])
            for mapping in card["parameter_mappings"]
        ),
        settings=card["visualization_settings"],
    )


def _check_references(content: Content) -> None:
    """What refers to what must be there; Metabase itself would drop it in silence."""
    known = {question.entity_id: question for question in content.questions}
    if len(known) != len(content.questions):
        raise ContentError("two questions have the same entity_id")
    for question in content.questions:
        for field in question.filters:
            if f"{{{{{field.name}}}}}" not in question.sql:
                raise ContentError(f"question {question.name}: no {field.name} in its SQL")
    for dashboard in content.dashboards:
        parameters = {parameter["id"] for parameter in dashboard.parameters}
        for placement in dashboard.placements:
            if placement.col + placement.size_x > 24:
                raise ContentError(
                    f"dashboard {dashboard.name}: {placement.question_id or 'its text'} is wider"
                    " than 24 columns"
                )
            if placement.question_id is None and placement.settings.get("text"):
                continue
            placed = known.get(placement.question_id or "")
            if placed is None:
                raise ContentError(
                    f"dashboard {dashboard.name}: no question {placement.question_id}"
                )
            names = {field.name for field in placed.filters}
            for parameter_id, name in placement.filters:
                if parameter_id not in parameters or name not in names:
                    raise ContentError(
                        f"dashboard {dashboard.name}: {placed.name} has no filter {name}"
                        f" for parameter {parameter_id}"
                    )
