"""Bring an instance of Metabase to the content of the files. Again and again, with one result."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestration.bi.client import MetabaseClient, MetabaseRefused, MetabaseUnavailable
from orchestration.bi.content import Content, Dashboard, Question
from orchestration.bi.descriptions import Descriptions, push_descriptions
from orchestration.bi.payloads import (
    FieldIds,
    connection_details,
    dashboard_payload,
    question_payload,
    wanted_fields,
)
from orchestration.errors import UsageError
from orchestration.settings.postgres_url import PostgresUrl
from orchestration.wording import counted

DATABASE = "PQRS"
Report = Callable[[str], None]


class SyncMissing(MetabaseUnavailable):
    """Metabase does not see the columns that filters refer to."""


@dataclass(frozen=True)
class Administrator:
    """Who sets the instance up."""

    email: str
    password: str = field(repr=False)


def provision(
    client: MetabaseClient,
    content: Content,
    administrator: Administrator,
    postgres: PostgresUrl,
    report: Report,
    wait_seconds: float = 120,
    descriptions: Descriptions | None = None,
) -> None:
    """Set up administrator, connection, collection, questions, dashboards and descriptions.

    What the collection holds beside the files is reported and left as it is.

    Args:
        client: The instance.
        content: What it is to hold.
        administrator: Created at the first run, logged in with afterwards.
        postgres: The reader's way to the database, as Metabase sees it.
        report: Called with a line for each thing done.
        wait_seconds: How long a starting instance, and its sync, may take.
        descriptions: What tables and columns mean; None leaves them as they are.

    Raises:
        MetabaseUnavailable: It does not answer, or does not see the published views.
        MetabaseRefused: It answers a call with an error.
        UsageError: It was set up with another administrator or password.
    """
    _wait_until_healthy(client, wait_seconds)
    report(f"administrator {administrator.email}: {log_in(client, administrator)}")
    database_id = _database(client, postgres, report)
    fields = _fields(client, database_id, content, wait_seconds)
    collection_id = _collection(client, content, report)
    items = client.get(f"/api/collection/{collection_id}/items?models=card&models=dashboard")
    card_ids = {
        question.entity_id: _question(
            client, question, question_payload(question, database_id, collection_id, fields), items
        )
        for question in content.questions
    }
    report(f"questions: {len(card_ids)}")
    for dashboard in content.dashboards:
        _dashboard(client, dashboard, collection_id, card_ids, items)
        asked = [place for place in dashboard.placements if place.question_id]
        report(f"dashboard {dashboard.name}: {counted(len(asked), 'question')}")
    for line in strangers(items["data"], content):
        report(line)
    if descriptions is not None:
        report(f"descriptions: {push_descriptions(client, database_id, descriptions)} changed")


def strangers(items: Iterable[Mapping[str, Any]], content: Content) -> list[str]:
    """What the collection holds and no file has, one line each."""
    ours: list[Question | Dashboard] = [*content.questions, *content.dashboards]
    ids, names = {item.entity_id for item in ours}, {item.name for item in ours}
    kinds = {"card": "question", "dashboard": "dashboard"}
    return [
        f"not in the files: {kinds.get(item['model'], item['model'])} {item['name']}"
        for item in items
        if item.get("entity_id") not in ids and item["name"] not in names
    ]


def _wait_until_healthy(client: MetabaseClient, wait_seconds: float) -> None:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            if client.get("/api/health") == {"status": "ok"}:
                return
            problem = MetabaseUnavailable("Metabase is still starting: try again in a minute")
        except MetabaseUnavailable as error:
            problem = error
        except MetabaseRefused as error:  # 503 while it migrates its own database
            problem = MetabaseUnavailable(str(error))
        if time.monotonic() > deadline:
            raise problem
        time.sleep(1)


def log_in(client: MetabaseClient, administrator: Administrator) -> str:
    """Become the administrator, who is created where the instance has none; says which."""
    properties = client.get("/api/session/properties")
    if not isinstance(properties, dict):
        raise client.another_server()
    token = properties.get("setup-token")
    if token:
        body = {
            "token": token,
            "user": {
                "email": administrator.email,
                "password": administrator.password,
                "first_name": "PQRS",
                "last_name": "Admin",
            },
            "prefs": {"site_name": "PQRS", "site_locale": "es", "allow_tracking": False},
        }
        try:
            client.use_session(client.post("/api/setup", body)["id"])
            return "created"
        except MetabaseRefused as error:
            # Some versions go on showing the token of a setup that is done: then 403.
            if error.status != 403:
                raise
    try:
        login = {"username": administrator.email, "password": administrator.password}
        client.use_session(client.post("/api/session", login)["id"])
    except MetabaseRefused as error:
        if error.status not in (400, 401):
            raise
        raise UsageError(
            f"Metabase does not know {administrator.email} with this password:"
            " check METABASE_ADMIN_EMAIL and METABASE_ADMIN_PASSWORD"
        ) from None
    return "logged in"


def _database(client: MetabaseClient, postgres: PostgresUrl, report: Report) -> int:
    body = {
        "name": DATABASE,
        "engine": "postgres",
        "details": connection_details(postgres),
    }
    answer = client.get("/api/database")
    known = _named(answer["data"] if isinstance(answer, dict) else answer, DATABASE)
    if known is None:
        database_id = int(client.post("/api/database", body)["id"])
    else:
        database_id = int(known["id"])
        client.put(f"/api/database/{database_id}", body)
    client.post(f"/api/database/{database_id}/sync_schema")
    report(f"database {DATABASE}: {postgres.user}@{postgres.host}:{postgres.port}")
    return database_id


def _fields(
    client: MetabaseClient, database_id: int, content: Content, wait_seconds: float
) -> FieldIds:
    """The ids of the columns that filters refer to, once the sync has seen them."""
    wanted = wanted_fields(content)
    deadline = time.monotonic() + wait_seconds
    while True:
        metadata = client.get(f"/api/database/{database_id}/metadata")
        found = {
            (table["schema"], table["name"], column["name"]): int(column["id"])
            for table in metadata["tables"]
            for column in table["fields"]
        }
        missing = sorted(wanted - found.keys())
        if not missing:
            return {key: found[key] for key in wanted}
        if time.monotonic() > deadline:
            raise SyncMissing(
                f"Metabase does not see {'.'.join(missing[0])} and {len(missing) - 1} more columns:"
                " publish a run with `pqr run` first"
            )
        time.sleep(1)


def _collection(client: MetabaseClient, content: Content, report: Report) -> int:
    collections = [item for item in client.get("/api/collection") if not item.get("archived")]
    known = known_item(collections, content.collection_id, content.collection_name)
    body = {
        "name": content.collection_name,
        "description": content.collection_description,
        "parent_id": None,
    }
    if known is None:
        collection_id = int(client.post("/api/collection", body)["id"])
    else:
        collection_id = int(known["id"])
        client.put(f"/api/collection/{collection_id}", body)
    report(f"collection {content.collection_name}")
    return collection_id


def _question(client: MetabaseClient, question: Question, body: dict[str, Any], items: Any) -> int:
    cards = [item for item in items["data"] if item["model"] == "card"]
    known = known_item(cards, question.entity_id, question.name)
    if known is None:
        return int(client.post("/api/card", body)["id"])
    client.put(f"/api/card/{known['id']}", body)
    return int(known["id"])


def _dashboard(
    client: MetabaseClient,
    dashboard: Dashboard,
    collection_id: int,
    card_ids: Mapping[str, int],
    items: Any,
) -> None:
    dashboards = [item for item in items["data"] if item["model"] == "dashboard"]
    known = known_item(dashboards, dashboard.entity_id, dashboard.name)
    if known is None:
        known = client.post(
            "/api/dashboard", {"name": dashboard.name, "collection_id": collection_id}
        )
    placed = client.get(f"/api/dashboard/{known['id']}")["dashcards"]
    # The same place keeps its id, so that links and subscriptions to it live on.
    dashcard_ids = {card["card_id"]: card["id"] for card in placed}
    body = dashboard_payload(dashboard, collection_id, card_ids, dashcard_ids)
    client.put(f"/api/dashboard/{known['id']}", body)


def known_item(items: Any, entity_id: str, name: str) -> Any | None:
    """By identity; by name where an older instance gave it an identity of its own."""
    for item in items:
        if item.get("entity_id") == entity_id:
            return item
    return _named(items, name)


def _named(items: Any, name: str) -> Any | None:
    return next((item for item in items if item["name"] == name), None)
