"""The texts: complete, tidy, fitting their channel and hour, and consistent through a case."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from text_rows import ROWS, later_texts, rows

from simulator.text.bank import TextBank, load_bank
from simulator.text.conversations import FOLLOWUP_KINDS, REPLY_KINDS
from simulator.text.registers import CHANNELS
from simulator.text.render import (
    DRAWS_FOLLOWUP,
    DRAWS_REPLY,
    agent_reply,
    choose_family,
    citizen_followup,
    citizen_opening,
)


@pytest.fixture(scope="module")
def bank() -> TextBank:
    return load_bank()


@pytest.fixture(scope="module")
def texts(bank: TextBank) -> dict[str, list[str]]:
    """Texts of each kind."""
    followups = later_texts(
        bank, citizen_followup, DRAWS_FOLLOWUP, len(FOLLOWUP_KINDS), also=("hour",)
    )
    replies = later_texts(bank, agent_reply, DRAWS_REPLY, len(REPLY_KINDS), also=("pqrs_type",))
    return {
        "opening": citizen_opening(bank, **rows(bank)).to_pylist(),
        "followup": followups.to_pylist(),
        "reply": replies.to_pylist(),
    }


@pytest.mark.parametrize("kind", ["opening", "followup", "reply"])
def test_slots_are_filled_and_blanks_are_tidy(texts: dict[str, list[str]], kind: str) -> None:
    for text in texts[kind]:
        assert text
        assert "{" not in text
        assert "}" not in text
        assert text == text.strip()
        assert "  " not in text
        assert '"' not in text
        assert "\\" not in text
        # Contractions are made.
        assert " de el " not in text
        assert " a el " not in text


def test_subject_and_body_for_mail_and_web_form_only(
    bank: TextBank, texts: dict[str, list[str]]
) -> None:
    for text, channel in zip(texts["opening"], rows(bank)["channel"], strict=True):
        subject, parted, body = text.partition("\n")
        if CHANNELS[channel] in {"email", "webform"}:
            assert subject.startswith("Asunto: ")
            assert parted
            assert body
            assert "\n" not in body
        else:
            assert not parted


def test_calls_have_neither_capitals_nor_commas(
    bank: TextBank, texts: dict[str, list[str]]
) -> None:
    channel = rows(bank)["channel"]
    spoken = [t for t, c in zip(texts["opening"], channel, strict=True) if CHANNELS[c] == "call"]
    assert spoken
    for text in spoken:
        said = " ".join(word for word in text.split() if not word.startswith("ER"))
        assert said == said.lower()
        assert not set(",;:?!¿¡") & set(said)


def test_lengths_are_those_of_letters_and_chats(
    bank: TextBank, texts: dict[str, list[str]]
) -> None:
    lengths = np.array([len(text) for text in texts["opening"]])
    channel = rows(bank)["channel"]
    by_channel = [lengths[channel == index].mean() for index in range(len(CHANNELS))]
    assert 150 <= lengths.mean() <= 350
    assert by_channel[CHANNELS.index("chat")] < min(by_channel[:2]) / 1.5
    assert 80 <= np.mean([len(text) for text in texts["reply"]]) <= 250


def test_texts_hardly_repeat(texts: dict[str, list[str]]) -> None:
    assert len(set(texts["opening"])) > 0.99 * ROWS


def test_every_family_is_drawn(bank: TextBank) -> None:
    draws = np.linspace(0, 2**64 - 2**12, 5_000).astype(np.uint64)
    for letter, families in enumerate(bank.intents.families):
        drawn = choose_family(bank, draws, np.full(len(draws), letter))
        assert set(drawn) == set(range(len(families)))


def test_the_true_intent_decides_the_wording(bank: TextBank) -> None:
    given = rows(bank, 400)
    given |= {"pqrs_type": np.full(400, 3), "family": np.zeros(400, dtype=np.int64)}
    given |= {"channel": np.zeros(400, dtype=np.int64)}
    sugerencia = bank.intents.families[3][0]
    assert sugerencia.name == "sugerencia_formal"
    for text in citizen_opening(bank, **given).to_pylist():
        assert "suger" in text.lower().replace("j", "g").replace("sujer", "suger")


@pytest.mark.parametrize(
    ("hour", "said", "never"),
    [
        (9, "buenos dias", ("buenas tardes", "buenas noches")),
        (15, "buenas tardes", ("buenos dias", "buenas noches")),
        (21, "buenas noches", ("buenos dias", "buenas tardes")),
    ],
)
def test_people_greet_by_the_hour(
    bank: TextBank, hour: int, said: str, never: tuple[str, ...]
) -> None:
    given = rows(bank, 3_000) | {"hour": np.full(3_000, hour)}
    texts = " ".join(citizen_opening(bank, **given).to_pylist()).lower().replace("í", "i")
    assert said in texts
    assert not [words for words in never if words in texts]


def test_a_case_keeps_its_matter_its_support_and_its_name(bank: TextBank) -> None:
    stream = np.random.Generator(np.random.Philox(3))
    count = 500
    common = {
        "case": np.full(count, stream.integers(0, 2**64, dtype=np.uint64)),
        "channel": np.zeros(count, dtype=np.int64),
        "topic": np.zeros(count, dtype=np.int64),
        "radicado": pa.array(["R1"] * count),
    }

    def draw(width: int) -> Any:
        return stream.integers(0, 2**64, size=(count, width), dtype=np.uint64)

    def mentioned(texts: pa.Array, nouns: tuple[str, ...]) -> set[str]:
        bare = [noun.split(" ", 1)[1] for noun in nouns]
        return {noun for noun in bare for text in texts.to_pylist() if noun in text}

    asked = agent_reply(
        bank,
        draws=draw(DRAWS_REPLY),
        kind=np.full(count, REPLY_KINDS.index("request_info")),
        pqrs_type=np.zeros(count, dtype=np.int64),
        **common,
    )
    given = citizen_followup(
        bank,
        draws=draw(DRAWS_FOLLOWUP),
        kind=np.full(count, FOLLOWUP_KINDS.index("answer_hold")),
        hour=np.full(count, 10),
        **common,
    )
    supports, items = bank.topics.supports[0], bank.topics.items[0]
    assert len(mentioned(asked, supports)) == 1
    assert mentioned(asked, items) | mentioned(given, items) == mentioned(asked, items)
    assert len(mentioned(asked, items)) == 1
