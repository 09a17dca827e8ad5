"""From content files to what the API takes: portable names become this instance's numbers."""

import re
from collections.abc import Mapping
from typing import Any

from orchestration.bi.content import Content, Dashboard, FieldFilter, Placement, Question
from orchestration.settings.postgres_url import PostgresUrl

# (schema, table, column) -> id of the field in this instance.
FieldIds = Mapping[tuple[str, str, str], int]


def connection_details(postgres: PostgresUrl) -> Any:
    """How Metabase reaches Postgres: as the reader, and only the published schemas."""
    return {
        "host": postgres.host,
        "port": postgres.port,
        "dbname": postgres.database,
        "user": postgres.user,
        "password": postgres.password,
        "ssl": re.search(r"sslmode=(require|verify)", postgres.options) is not None,
        "schema-filters-type": "inclusion",
        "schema-filters-patterns": "gold,silver,meta",
    }


def question_payload(
    question: Question, database_id: int, collection_id: int, fields: FieldIds
) -> dict[str, Any]:
    """The body of POST and PUT /api/card.

    The query goes in the form that Metabase calls legacy: a filter's column in the newer form is
    refused by POST (metabase issue 74615), the older one is taken by every version.
    """
    return {
        "name": question.name,
        "description": question.description,
        "display": question.display,
        "type": "question",
        "entity_id": question.entity_id,
        "collection_id": collection_id,
        "visualization_settings": dict(question.settings),
        "dataset_query": {
            "type": "native",
            "database": database_id,
            "native": {
                "query": question.sql,
                "template-tags": {field.name: _tag(field, fields) for field in question.filters},
            },
        },
    }


def dashboard_payload(
    dashboard: Dashboard,
    collection_id: int,
    card_ids: Mapping[str, int],
    dashcard_ids: Mapping[int | None, int],
) -> dict[str, Any]:
    """The body of PUT /api/dashboard/:id.

    Args:
        dashboard: What it is to be.
        collection_id: Where it lies.
        card_ids: entity_id of a question -> id of its card.
        dashcard_ids: id of a card, None for the text -> id of its place on the dashboard, where it
            has one already.
    """
    return {
        "name": dashboard.name,
        "description": dashboard.description,
        "width": dashboard.width,
        "collection_id": collection_id,
        "parameters": [dict(parameter) for parameter in dashboard.parameters],
        "tabs": [],
        "dashcards": [
            # A negative id asks for a new place.
            _dashcard(
                placement,
                card_id := card_ids[placement.question_id] if placement.question_id else None,
                dashcard_ids.get(card_id, -number),
            )
            for number, placement in enumerate(dashboard.placements, start=1)
        ],
    }


def wanted_fields(content: Content) -> set[tuple[str, str, str]]:
    """The columns that filters refer to."""
    return {
        (field.schema, field.table, field.column)
        for question in content.questions
        for field in question.filters
    }


def _tag(field: FieldFilter, fields: FieldIds) -> dict[str, Any]:
    return {
        "id": field.tag_id,
        "name": field.name,
        "display-name": field.display_name,
        "type": "dimension",
        "dimension": ["field", fields[field.schema, field.table, field.column], None],
        "widget-type": field.widget_type,
    }


def _dashcard(placement: Placement, card_id: int | None, dashcard_id: int) -> dict[str, Any]:
    return {
        "id": dashcard_id,
        "card_id": card_id,
        "row": placement.row,
        "col": placement.col,
        "size_x": placement.size_x,
        "size_y": placement.size_y,
        "visualization_settings": dict(placement.settings),
        "parameter_mappings": [
            {
                "parameter_id": parameter_id,
                "card_id": card_id,
                "target": ["dimension", ["template-tag", name]],
            }
            for parameter_id, name in placement.filters
        ],
    }
