"""Provisioning against a server that keeps Metabase's contract. No Metabase ran here."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import pytest
from metabase_calls import Instance
from metabase_contract import ContractServer

from orchestration.bi.client import MetabaseClient, MetabaseUnavailable
from orchestration.bi.content import Content, load_content
from orchestration.bi.descriptions import Descriptions
from orchestration.bi.diff import QuestionNotAnswered, differences, verify
from orchestration.bi.payloads import wanted_fields
from orchestration.bi.provision import Administrator, SyncMissing, provision
from orchestration.errors import UsageError
from orchestration.settings.postgres_url import PostgresUrl

CONTENT = load_content()
READER = PostgresUrl("postgres", 5432, "bi_reader", "a-secret-of-the-reader", "pqr_lakehouse")
ADMIN = Administrator("ana@example.org", "correct horse 9")


def seen_tables() -> dict[tuple[str, str], list[str]]:
    tables: dict[tuple[str, str], list[str]] = {}
    for schema, table, column in sorted(wanted_fields(CONTENT)):
        tables.setdefault((schema, table), ["unrelated"]).append(column)
    return tables


@pytest.fixture
def instance() -> Instance:
    return Instance(tables=seen_tables())


@pytest.fixture
def url(instance: Instance) -> Iterator[str]:
    with ContractServer(instance) as server:
        yield server.url


def bring_up(
    url: str,
    admin: Administrator = ADMIN,
    wait: float = 5,
    content: Content = CONTENT,
    descriptions: Descriptions | None = None,
) -> list[str]:
    lines: list[str] = []
    provision(MetabaseClient(url), content, admin, READER, lines.append, wait, descriptions)
    return lines


def test_an_empty_instance_gets_everything(url: str, instance: Instance) -> None:
    bring_up(url)
    assert instance.admin == (ADMIN.email, ADMIN.password)
    (database,) = instance.databases.values()
    assert database["details"]["user"] == "bi_reader"
    assert len(instance.collections) == 1
    assert len(instance.cards) == 21
    boards = {board["name"]: board for board in instance.dashboards.values()}
    assert {name: len(board["dashcards"]) for name, board in boards.items()} == {
        "Ejecutivo": 9, "Operativo": 9, "Calidad": 6,
    }  # fmt: skip
    slugs = [parameter["slug"] for parameter in boards["Ejecutivo"]["parameters"]]
    assert slugs == ["dia", "tipo"]


def test_a_second_time_changes_nothing(url: str, instance: Instance) -> None:
    bring_up(url)
    before = deepcopy(instance)
    bring_up(url)
    assert instance.cards == before.cards
    assert instance.dashboards == before.dashboards
    assert instance.databases == before.databases
    assert instance.collections == before.collections
    assert instance.next_id == before.next_id


def test_what_somebody_changed_by_hand_is_brought_back(url: str, instance: Instance) -> None:
    bring_up(url)
    before = deepcopy(instance)
    dashboard = next(iter(instance.dashboards.values()))
    placed = len(dashboard["dashcards"])
    dashboard["dashcards"] = dashboard["dashcards"][:3]
    next(iter(instance.cards.values()))["name"] = "Sin título"
    bring_up(url)
    assert {card["name"] for card in instance.cards.values()} == {
        card["name"] for card in before.cards.values()
    }
    assert len(instance.cards) == 21
    assert len(dashboard["dashcards"]) == placed


def test_a_question_changed_in_the_files_changes_in_place(url: str, instance: Instance) -> None:
    bring_up(url)
    before = {card["entity_id"]: key for key, card in instance.cards.items()}
    first, *others = CONTENT.questions
    changed = replace(first, sql=first.sql + "-- changed")
    bring_up(url, content=replace(CONTENT, questions=(changed, *others)))
    after = {card["entity_id"]: key for key, card in instance.cards.items()}
    assert after == before
    card = instance.cards[after[first.entity_id]]
    assert card["dataset_query"]["native"]["query"].endswith("-- changed")


def test_what_no_file_has_is_reported_and_left(url: str, instance: Instance) -> None:
    bring_up(url)
    gone = CONTENT.questions[0]
    boards = tuple(
        replace(
            board,
            placements=tuple(
                place for place in board.placements if place.question_id != gone.entity_id
            ),
        )
        for board in CONTENT.dashboards
    )
    left = replace(CONTENT, questions=CONTENT.questions[1:], dashboards=boards)
    assert f"not in the files: question {gone.name}" in bring_up(url, content=left)
    assert len(instance.cards) == 21


def test_descriptions_are_pushed_once_and_again_when_they_change(
    url: str, instance: Instance
) -> None:
    key = ("gold", "kpi_ageing_daily", "day")
    words = {key: "Día colombiano.", (*key[:2], ""): "Antigüedad."}
    assert bring_up(url, descriptions=words)[-1] == "descriptions: 2 changed"
    assert bring_up(url, descriptions=words)[-1] == "descriptions: 0 changed"
    assert bring_up(url, descriptions={key: "El día."})[-1] == "descriptions: 1 changed"
    assert sorted(instance.descriptions.values()) == ["Antigüedad.", "El día."]


def test_a_difference_is_named_and_nothing_is_changed(url: str, instance: Instance) -> None:
    def found() -> list[str]:
        return list(differences(MetabaseClient(url), CONTENT, ADMIN))

    bring_up(url)
    assert found() == []
    key, card = next(iter(instance.cards.items()))
    instance.cards[999] = {**deepcopy(card), "name": "Extra", "entity_id": "x"}
    card["dataset_query"]["native"]["query"] = "select 1"
    board = next(iter(instance.dashboards.values()))
    board["dashcards"] = board["dashcards"][:2]
    before = deepcopy(instance)
    assert found() == [
        f"changed: question {card['name']} (SQL)",
        f"changed: dashboard {board['name']} (questions or their places)",
        "not in the files: question Extra",
    ]
    assert instance.cards == before.cards
    assert instance.dashboards == before.dashboards
    del instance.cards[key]
    assert f"missing: question {card['name']}" in found()


def test_an_instance_runs_every_question_and_names_the_one_that_fails(
    url: str, instance: Instance
) -> None:
    bring_up(url)
    runs = list(verify(MetabaseClient(url), CONTENT, ADMIN))
    assert {run.name for run in runs} == {question.name for question in CONTENT.questions}
    card = list(instance.cards.values())[-1]
    card["dataset_query"]["native"]["query"] = "broken"
    with pytest.raises(QuestionNotAnswered, match=card["name"]):
        list(verify(MetabaseClient(url), CONTENT, ADMIN))


def test_a_starting_instance_is_waited_for(url: str, instance: Instance) -> None:
    instance.starting_answers = 2
    bring_up(url)
    assert len(instance.cards) == 21


def test_a_token_that_is_still_shown_after_setup_is_no_obstacle(
    url: str, instance: Instance
) -> None:
    instance.shows_token_after_setup = True
    assert "created" in bring_up(url)[0]
    assert "logged in" in bring_up(url)[0]


def test_another_password_is_named_without_showing_it(url: str) -> None:
    bring_up(url)
    with pytest.raises(UsageError, match="METABASE_ADMIN_PASSWORD") as caught:
        bring_up(url, Administrator(ADMIN.email, "wrong one"))
    assert "wrong one" not in str(caught.value)


def test_before_the_first_publication_the_missing_view_is_named(
    url: str, instance: Instance
) -> None:
    del instance.tables["gold", "kpi_ageing_daily"]
    with pytest.raises(SyncMissing, match=r"gold\.kpi_ageing_daily\.day.*pqr run"):
        bring_up(url, wait=0)


def test_nobody_there_is_a_service_that_cannot_be_reached() -> None:
    with pytest.raises(MetabaseUnavailable, match=r"127\.0\.0\.1:1") as caught:
        bring_up("http://127.0.0.1:1", wait=0)
    assert caught.value.exit_code == 3
