"""`pqr search`: near cases first, the same answer every time, nobody named."""

import json
import re
import shutil
import subprocess
import sys

import pytest

from tests.integration.run.lake import Lake

pytestmark = pytest.mark.slow


def found(lake: Lake, *arguments: str) -> list[dict[str, object]]:
    asked = lake.pqr("search", *arguments, "--json")
    assert asked.returncode == 0, asked.stderr
    return [json.loads(line) for line in asked.stdout.splitlines()]


def message(lake: Lake) -> tuple[str, str]:
    """The longest first message without digits of a case, and the case."""
    ((text, number),) = lake.query(
        "select text, external_id from silver.messages join silver.tickets using (ticket_id)"
        " where role = 'citizen' and text !~ '[0-9@]' order by text_len desc, message_id limit 1"
    )
    return str(text), str(number)


def test_a_case_is_nearest_to_its_own_words_and_near_to_some_of_them(published: Lake) -> None:
    text, number = message(published)
    best, *others = found(published, text)
    assert (best["external_id"], best["score"]) == (number, 1.0)
    assert len(others) == 9
    scores = [float(str(one["score"])) for one in others]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    words = " ".join(text.split()[: len(text.split()) // 2]).upper()
    assert number in [one["external_id"] for one in found(published, words, "--limit", "3")]


def test_the_same_question_has_the_same_answer_whatever_was_kept(published: Lake) -> None:
    first = found(published, "me cobraron dos veces")
    assert len(first) == 10
    assert len({one["ticket_id"] for one in first}) == 10
    assert first == found(published, "Me COBRARON dos  veces")
    shutil.rmtree(published.settings.home / "search")
    assert first == found(published, "me cobraron dos veces")
    torn = sorted((published.settings.home / "search").glob("*.npz"))
    torn[0].write_bytes(torn[0].read_bytes()[:100])
    assert first == found(published, "me cobraron dos veces")


def test_a_search_whose_vectors_are_kept_loads_nothing_that_takes_long(published: Lake) -> None:
    found(published, "me cobraron dos veces")
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *published.command("search", "me cobraron")[1:]],
        env=published.environment, capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "orchestration.search.nearest" in loaded
    assert loaded & {"pandas", "boto3", "botocore", "faker", "pyarrow.parquet", "dbt"} == set()


def test_personal_data_are_masked(published: Lake) -> None:
    hidden = published.query(
        "select value, count(*) from silver.message_entities where value like '[%'"
        " group by 1 order by 2 desc limit 3"
    )
    assert hidden
    shown = found(published, "mi cédula y mi correo y mi teléfono", "--limit", "100")
    texts = " ".join(str(one["text"]) for one in shown)
    assert "[" in texts
    assert not re.search(r"\S+@\S+\.\S+|\b3\d{9}\b", texts)


def test_bad_input_is_named_in_a_line(published: Lake) -> None:
    for arguments in (("",), ("123 456",), ("🙂 !!!",), ("x", "--world", "no-such")):
        refused = published.pqr("search", *arguments)
        assert (refused.returncode, refused.stdout) == (2, ""), arguments
        assert len(refused.stderr.strip().splitlines()) == 1
    nothing = published.pqr("search", "zzzqqqxxx")
    assert (nothing.returncode, nothing.stdout) == (0, "no case has a word of this text\n")


def test_groups_of_nearly_the_same_messages_name_their_cases(published: Lake) -> None:
    asked = published.pqr("duplicates", "--least", "0.5", "--json")
    assert asked.returncode == 0, asked.stderr
    groups = [json.loads(line) for line in asked.stdout.splitlines()]
    for group in groups:
        assert group["group_id"] == min(group["ticket_ids"])
        assert group["cases"] == len(set(group["ticket_ids"])) >= 2
    assert [one["cases"] for one in groups] == sorted(
        (one["cases"] for one in groups), reverse=True
    )
    many = published.pqr("duplicates", "--cases", "4000")
    said = "no 4000 cases share 80% of the words of their first messages\n"
    assert (many.returncode, many.stdout) == (0, said)
    refused = published.pqr("duplicates", "--least", "2")
    assert refused.returncode == 2
