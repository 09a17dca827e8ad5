"""What an instance shows otherwise than the files say, without changing it."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.bi.client import MetabaseClient, MetabaseRefused
from orchestration.bi.content import Content, Dashboard, Question
from orchestration.bi.provision import Administrator, known_item, log_in, strangers
from orchestration.errors import WorkFailed


class QuestionNotAnswered(WorkFailed):
    """The instance could not run a question. Names it."""


@dataclass(frozen=True)
class Run:
    """A question that the instance ran."""

    name: str
    rows: int
    milliseconds: int


def differences(
    client: MetabaseClient, content: Content, administrator: Administrator
) -> Iterator[str]:
    """One line for each thing that `provision` would create or change, or that it leaves alone.

    Raises:
        MetabaseUnavailable, MetabaseRefused: as for every call.
        UsageError: The instance does not know the administrator with this password.
    """
    log_in(client, administrator)
    items = _items(client, content)
    if items is None:
        yield f"missing: collection {content.collection_name}"
        return
    cards = [item for item in items if item["model"] == "card"]
    boards = [item for item in items if item["model"] == "dashboard"]
    for question in content.questions:
        known = known_item(cards, question.entity_id, question.name)
        if known is None:
            yield f"missing: question {question.name}"
        else:
            shown = client.get(f"/api/card/{known['id']}")
            changed = ", ".join(_changes(question, shown))
            if changed:
                yield f"changed: question {question.name} ({changed})"
    names = {int(card["id"]): str(card["name"]) for card in cards}
    for dashboard in content.dashboards:
        known = known_item(boards, dashboard.entity_id, dashboard.name)
        if known is None:
            yield f"missing: dashboard {dashboard.name}"
        else:
            shown = client.get(f"/api/dashboard/{known['id']}")
            changed = ", ".join(_board_changes(dashboard, shown, content, names))
            if changed:
                yield f"changed: dashboard {dashboard.name} ({changed})"
    yield from strangers(items, content)


def verify(client: MetabaseClient, content: Content, administrator: Administrator) -> Iterator[Run]:
    """Let the instance run every question of the files, as its readers would.

    Raises:
        QuestionNotAnswered: A question is missing or its query fails.
        MetabaseUnavailable, MetabaseRefused: as for every call.
    """
    log_in(client, administrator)
    cards = [item for item in _items(client, content) or [] if item["model"] == "card"]
    for question in content.questions:
        known = known_item(cards, question.entity_id, question.name)
        if known is None:
            raise QuestionNotAnswered(
                f"question {question.name} is not in Metabase: pqr metabase provision"
            )
        begun = time.monotonic()
        try:
            answer = client.post(f"/api/card/{known['id']}/query")
        except MetabaseRefused as error:
            raise QuestionNotAnswered(f"question {question.name}: {error}") from None
        if answer.get("status") != "completed":
            raise QuestionNotAnswered(f"question {question.name}: {answer.get('error')}")
        elapsed = round(1000 * (time.monotonic() - begun))
        yield Run(question.name, int(answer["row_count"]), elapsed)


def _items(client: MetabaseClient, content: Content) -> list[dict[str, Any]] | None:
    collections = [item for item in client.get("/api/collection") if not item.get("archived")]
    known = known_item(collections, content.collection_id, content.collection_name)
    if known is None:
        return None
    answer = client.get(f"/api/collection/{known['id']}/items?models=card&models=dashboard")
    items: list[dict[str, Any]] = answer["data"]
    return items


def _changes(question: Question, shown: Mapping[str, Any]) -> Iterator[str]:
    if shown["name"] != question.name:
        yield "name"
    if shown["description"] != question.description:
        yield "description"
    if shown["display"] != question.display:
        yield "display"
    if _sql(shown["dataset_query"]).strip() != question.sql.strip():
        yield "SQL"
    if shown["visualization_settings"] != dict(question.settings):
        yield "settings"


def _sql(query: Mapping[str, Any]) -> str:
    """The SQL of a question, in the older form of a query or in the newer one."""
    if "stages" in query:
        return str(query["stages"][0]["native"])
    return str(query["native"]["query"])


def _board_changes(
    dashboard: Dashboard, shown: Mapping[str, Any], content: Content, names: Mapping[int, str]
) -> Iterator[str]:
    by_id = {question.entity_id: question.name for question in content.questions}
    wanted = {
        (by_id.get(place.question_id or ""), place.row, place.col, place.size_x, place.size_y)
        for place in dashboard.placements
    }
    placed = {
        (names.get(card["card_id"]), card["row"], card["col"], card["size_x"], card["size_y"])
        for card in shown["dashcards"]
    }
    if shown["name"] != dashboard.name:
        yield "name"
    if placed != wanted:
        yield "questions or their places"
    if [item["slug"] for item in shown["parameters"]] != [
        item["slug"] for item in dashboard.parameters
    ]:
        yield "filters"
