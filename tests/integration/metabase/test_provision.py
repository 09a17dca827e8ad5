"""Provisioning against a server that keeps Metabase's contract. No Metabase ran here."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from metabase_calls import Instance
from metabase_contract import ContractServer

from orchestration.bi.client import MetabaseClient, MetabaseUnavailable
from orchestration.bi.content import load_content
from orchestration.bi.payloads import wanted_fields
from orchestration.bi.provision import Administrator, SyncMissing, provision
from orchestration.errors import UsageError
from orchestration.settings.endpoints import PostgresUrl

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


def bring_up(url: str, admin: Administrator = ADMIN, wait: float = 5) -> list[str]:
    lines: list[str] = []
    provision(MetabaseClient(url), CONTENT, admin, READER, lines.append, wait)
    return lines


def test_an_empty_instance_gets_everything(url: str, instance: Instance) -> None:
    bring_up(url)
    assert instance.admin == (ADMIN.email, ADMIN.password)
    (database,) = instance.databases.values()
    assert database["details"]["user"] == "bi_reader"
    assert len(instance.collections) == 1
    assert len(instance.cards) == 6
    (dashboard,) = instance.dashboards.values()
    assert len(dashboard["dashcards"]) == 6
    assert [parameter["slug"] for parameter in dashboard["parameters"]] == ["dia", "tipo"]


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
    (dashboard,) = instance.dashboards.values()
    dashboard["dashcards"] = dashboard["dashcards"][:3]
    next(iter(instance.cards.values()))["name"] = "Sin título"
    bring_up(url)
    assert {card["name"] for card in instance.cards.values()} == {
        card["name"] for card in before.cards.values()
    }
    assert len(instance.cards) == 6
    assert len(dashboard["dashcards"]) == 6


def test_a_starting_instance_is_waited_for(url: str, instance: Instance) -> None:
    instance.starting_answers = 2
    bring_up(url)
    assert len(instance.cards) == 6


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
