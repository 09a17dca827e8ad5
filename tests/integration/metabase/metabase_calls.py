"""What each call of Metabase's API demands and answers, on the state of one instance.

Demands the fields that the published API demands, hands out ids, and forgets or duplicates exactly
where the real server would. Written from the API's documentation of version 0.65.
"""

import re
from dataclasses import dataclass, field
from typing import Any

Body = dict[str, Any]


@dataclass
class Instance:
    """What an instance remembers."""

    tables: dict[tuple[str, str], list[str]]
    shows_token_after_setup: bool = False
    starting_answers: int = 0
    admin: tuple[str, str] | None = None
    databases: dict[int, Body] = field(default_factory=dict)
    collections: dict[int, Body] = field(default_factory=dict)
    cards: dict[int, Body] = field(default_factory=dict)
    dashboards: dict[int, Body] = field(default_factory=dict)
    next_id: int = 1
    synced: bool = False
    descriptions: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def new_id(self) -> int:
        self.next_id += 1
        return self.next_id


class RefusedError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def require(body: Body, *names: str) -> None:
    for name in names:
        if body.get(name) in (None, ""):
            raise RefusedError(400, f"{name}: missing required key")


def health(state: Instance, _: Body) -> Any:
    if state.starting_answers:
        state.starting_answers -= 1
        raise RefusedError(503, '{"status":"initializing"}')
    return {"status": "ok"}


def properties(state: Instance, _: Body) -> Any:
    is_open = state.admin is None or state.shows_token_after_setup
    return {"setup-token": "a-token" if is_open else None}


def setup(state: Instance, body: Body) -> Any:
    require(body, "token", "user", "prefs")
    require(body["user"], "email", "password")
    require(body["prefs"], "site_name")
    if body["token"] != "a-token":
        raise RefusedError(400, "Token does not match the setup token.")
    if state.admin is not None:
        raise RefusedError(403, "The /api/setup route can only be used to create the first user")
    state.admin = (body["user"]["email"], body["user"]["password"])
    return {"id": "a-session"}


def session(state: Instance, body: Body) -> Any:
    require(body, "username", "password")
    if state.admin != (body["username"], body["password"]):
        raise RefusedError(401, '{"errors":{"password":"did not match stored password"}}')
    return {"id": "a-session"}


def list_databases(state: Instance, _: Body) -> Any:
    return {"data": [{"id": key, **body} for key, body in state.databases.items()]}


def add_database(state: Instance, body: Body) -> Any:
    require(body, "name", "engine", "details")
    require(body["details"], "host", "port", "dbname", "user", "password")
    key = state.new_id()
    state.databases[key] = body
    return {"id": key, **body}


def change_database(state: Instance, body: Body, key: int) -> Any:
    state.databases[key].update(body)
    return state.databases[key]


def sync(state: Instance, _: Body, key: int) -> Any:
    state.synced = True
    return {"status": "ok"}


def metadata(state: Instance, _: Body, key: int) -> Any:
    number = 100
    tables = []
    for (schema, table), columns in state.tables.items() if state.synced else ():
        number += 1
        words = state.descriptions.get(f"table/{number}")
        fields: list[Body] = []
        tables.append(
            {"id": number, "schema": schema, "name": table, "description": words, "fields": fields}
        )
        for column in columns:
            number += 1
            words = state.descriptions.get(f"field/{number}")
            fields.append({"id": number, "name": column, "description": words})
    return {"id": key, "tables": tables}


def describe_table(state: Instance, body: Body, key: int) -> Any:
    state.descriptions[f"table/{key}"] = body["description"]
    return {"id": key, **body}


def describe_field(state: Instance, body: Body, key: int) -> Any:
    state.descriptions[f"field/{key}"] = body["description"]
    return {"id": key, **body}


def list_collections(state: Instance, _: Body) -> Any:
    # The root collection has a word for an id and is always there.
    known = [{"id": key, **body} for key, body in state.collections.items()]
    return [{"id": "root", "name": "Our analytics"}, *known]


def add_collection(state: Instance, body: Body) -> Any:
    require(body, "name")
    key = state.new_id()
    # This call takes no entity_id: the instance makes one up.
    state.collections[key] = {**body, "entity_id": f"made-up-by-the-server{key}"}
    return {"id": key, **state.collections[key]}


def change_collection(state: Instance, body: Body, key: int) -> Any:
    state.collections[key].update(body)
    return {"id": key, **state.collections[key]}


def items(state: Instance, _: Body, key: int) -> Any:
    found = []
    for model, entities in (("card", state.cards), ("dashboard", state.dashboards)):
        for entity_key, body in entities.items():
            if body["collection_id"] == key:
                names = {name: body.get(name) for name in ("name", "entity_id")}
                found.append({"id": entity_key, "model": model, **names})
    return {"data": found, "total": len(found)}


def check_card(state: Instance, body: Body) -> None:
    require(body, "name", "dataset_query", "display")
    if "visualization_settings" not in body:
        raise RefusedError(400, "visualization_settings: missing required key")
    query = body["dataset_query"]
    if query["database"] not in state.databases:
        raise RefusedError(500, "null value in column database_id violates not-null constraint")
    tags = query["native"]["template-tags"]
    used = set(re.findall(r"{{(\w+)}}", query["native"]["query"]))
    if used != set(tags):
        raise RefusedError(400, f"template tags {sorted(tags)} for {sorted(used)}")
    for tag in tags.values():
        keyword, field_id, options = tag["dimension"]
        # metabase issue 74615: the newer order of these three is a 500.
        if keyword != "field" or not isinstance(field_id, int) or options is not None:
            raise RefusedError(500, "count not supported on this type: Integer")


def add_card(state: Instance, body: Body) -> Any:
    check_card(state, body)
    if body["entity_id"] in {card["entity_id"] for card in state.cards.values()}:
        raise RefusedError(500, "entity_id must be unique")
    key = state.new_id()
    state.cards[key] = body
    return {"id": key, **body}


def show_card(state: Instance, _: Body, key: int) -> Any:
    return {"id": key, **state.cards[key]}


def run_card(state: Instance, _: Body, key: int) -> Any:
    if state.cards[key]["dataset_query"]["native"]["query"].startswith("broken"):
        return {"status": "failed", "error": 'syntax error at or near "broken"'}
    return {"status": "completed", "row_count": 3}


def change_card(state: Instance, body: Body, key: int) -> Any:
    check_card(state, body)
    state.cards[key].update(body)
    return {"id": key, **body}


def add_dashboard(state: Instance, body: Body) -> Any:
    require(body, "name")
    key = state.new_id()
    state.dashboards[key] = {**body, "dashcards": [], "entity_id": f"made-up{key}"}
    return {"id": key, **state.dashboards[key]}


def show_dashboard(state: Instance, _: Body, key: int) -> Any:
    return {"id": key, **state.dashboards[key]}


def change_dashboard(state: Instance, body: Body, key: int) -> Any:
    known = {card["id"] for card in state.dashboards[key]["dashcards"]}
    parameters = {parameter["id"] for parameter in body["parameters"]}
    placed = []
    for card in body["dashcards"]:
        for name in ("id", "size_x", "size_y", "row", "col"):
            if name not in card:
                raise RefusedError(400, f"dashcards: {name}: missing required key")
        if card["id"] > 0 and card["id"] not in known:
            raise RefusedError(404, "Not found.")
        if card["card_id"] is None:
            assert card["visualization_settings"]["virtual_card"]["display"] == "text"
            placed.append({**card, "id": card["id"] if card["id"] > 0 else state.new_id()})
            continue
        if card["card_id"] not in state.cards:
            raise RefusedError(404, f"card {card['card_id']} not found")
        tags = state.cards[card["card_id"]]["dataset_query"]["native"]["template-tags"]
        for mapping in card["parameter_mappings"]:
            assert mapping["parameter_id"] in parameters
            assert mapping["target"][1][1] in tags
        placed.append({**card, "id": card["id"] if card["id"] > 0 else state.new_id()})
    # What the list leaves out is taken off the dashboard.
    state.dashboards[key].update({**body, "dashcards": placed})
    return {"id": key, **state.dashboards[key]}
