"""`pqr summary`: sentences of a case as readers see it, and what readers see of a text at all."""

import json
from pathlib import Path

import psycopg
import pytest

from orchestration.enrichment.entities import find_entities, masked
from tests.integration.run.lake import Lake, LakeFactory, small_world

pytestmark = pytest.mark.slow


def asked_as_reader(lake: Lake, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(lake.settings.postgres.reader_dsn) as connection:
        return connection.execute(query).fetchall()


def long_case(lake: Lake) -> tuple[str, str]:
    ((ticket, number),) = asked_as_reader(
        lake,
        "select ticket_id::text, external_id from silver.tickets join core.messages"
        " using (ticket_id) where masked_text like '%[NOMBRE]%' group by 1, 2"
        " order by sum(length(masked_text)) desc, 1 limit 1",
    )
    return str(ticket), str(number)


def test_each_sentence_stands_in_what_readers_see(published: Lake) -> None:
    ticket, number = long_case(published)
    done = published.pqr("summary", number, "--json")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert 1 <= len(rows) <= 3
    for row in rows:
        ((text,),) = asked_as_reader(
            published,
            f"select substr(masked_text, {row['start'] + 1}, {row['end'] - row['start']})"
            f" from core.messages where message_id = '{row['message_id']}'",
        )
        assert " ".join(str(text).split()) == row["text"]
    assert published.pqr("summary", ticket, "--json").stdout == done.stdout
    shown = published.pqr("summary", ticket, "--sentences", "1").stdout.splitlines()
    assert shown[0].startswith(f"case {number}: ")
    assert len(shown) == 2


def test_readers_see_what_models_looked_through_and_nothing_else(published: Lake) -> None:
    rows = published.query("select role, text, masked_text from core.messages")
    shown = [(text, hidden) for role, text, hidden in rows if hidden is not None]
    assert all(hidden is None for role, _, hidden in rows if role == "agent")
    citizens = sum(role == "citizen" for role, *_ in rows)
    assert len(shown) > 0.8 * citizens
    for text, hidden in shown:
        assert hidden == masked(str(text), find_entities(str(text)))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("me cobraron dos veces", "is not the number of a case"),
        ("'; drop table x; --", "is not the number of a case"),
        ("PQR-20990101-00001", "case PQR-20990101-00001 is not published"),
        ("2025-0003", "case 2025-0003 is not published"),
        ("00000000-0000-0000-0000-000000000000", "is not published"),
    ],
)
def test_what_is_no_published_case_is_told_in_one_line(
    published: Lake, name: str, said: str
) -> None:
    done = published.pqr("summary", name)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_case_of_an_empty_lake_is_told_what_to_do(new_lake: LakeFactory) -> None:
    lake = new_lake()
    for command in (("summary",), ("models", "explain")):
        done = lake.pqr(*command, "PQR-20250901-00001")
        assert done.returncode == 2
        assert done.stderr == "pqr: nothing is published yet: `pqr run` publishes the first days\n"


def test_a_text_that_models_have_not_read_is_not_shown(
    new_lake: LakeFactory, tmp_path: Path
) -> None:
    lake = new_lake()
    run = ("run", "--days", "2", "--config", str(small_world(tmp_path)))
    assert lake.pqr(*run, PQR_ENRICHMENT="off").returncode == 0
    assert lake.query("select count(masked_text) from core.messages") == [(0,)]
    ((number,),) = lake.query(
        "select external_id from silver.tickets join silver.messages using (ticket_id)"
        " where role = 'citizen' order by 1 limit 1"
    )
    done = lake.pqr("summary", str(number))
    assert done.returncode == 2
    assert "models have not read its messages" in done.stderr
