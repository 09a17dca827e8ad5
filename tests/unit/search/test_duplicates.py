"""Copies of a text and petitions that many sign are found; texts of one subject are not copies."""

import random
import uuid

import numpy as np

from orchestration.search.duplicates import Duplicates, duplicates
from orchestration.search.nearest import nearest
from orchestration.search.vectors import Vectors
from simulator.text.bank import load_bank

PETITION = (
    "Solicitamos a la alcaldía que arregle la vía de la vereda porque los niños no pueden llegar a"
    " la escuela cuando llueve y las ambulancias se quedan en el barro desde hace muchos meses"
)


def ids(count: int, of: str) -> np.ndarray:
    values = [uuid.uuid5(uuid.NAMESPACE_OID, f"{of} {number}").bytes for number in range(count)]
    return np.array(values, dtype="V16")


def others() -> list[str]:
    """Wordings of the phrase bank, several in each text."""
    rng = random.Random(3)
    wordings = [
        wording
        for families in load_bank().intents.families
        for family in families
        for group in family.wordings
        for wording in group
    ]
    return [" ".join(rng.sample(wordings, 3)) for _ in range(600)]


def found(texts: list[str], least_share: float = 0.8) -> list[Duplicates]:
    return duplicates(Vectors.of(texts, ids(len(texts), "m"), ids(len(texts), "t")), least_share)


def test_a_petition_with_other_names_and_greetings_is_one_group() -> None:
    signed = [f"{PETITION}. Atentamente, {name}" for name in ("Ana", "Luis", "Rosa", "José")]
    texts = [*others(), *signed, PETITION.upper()]
    (group,) = found(texts)
    tickets = sorted(uuid.UUID(bytes=one.tobytes()) for one in ids(len(texts), "t")[-5:])
    assert group.ticket_ids == tuple(tickets)
    assert group.group_id == tickets[0]


def test_every_pair_that_shares_enough_is_found_as_comparing_all_pairs_would() -> None:
    rng = random.Random(9)
    texts = []
    for text in others()[:150]:
        words = text.split()
        texts.append(text)
        for dropped in (1, 3):
            kept = [word for word in words if rng.random() > dropped / len(words)]
            texts.append(" ".join(kept))
    vectors = Vectors.of(texts, ids(len(texts), "m"), ids(len(texts), "t"))
    sets = [
        set(vectors.feature[begin:end].tolist())
        for begin, end in zip(vectors.begin[:-1], vectors.begin[1:], strict=True)
    ]
    pairs = [
        (one, other)
        for one in range(len(sets))
        for other in range(one)
        if len(sets[one] & sets[other]) >= 0.8 * len(sets[one] | sets[other])
    ]
    assert len(pairs) > 100
    of_group = {
        ticket: group.group_id for group in duplicates(vectors, 0.8) for ticket in group.ticket_ids
    }
    tickets = [uuid.UUID(bytes=one.tobytes()) for one in vectors.ticket_id]
    for one, other in pairs:
        assert of_group[tickets[one]] == of_group[tickets[other]]


def test_a_greeting_is_no_petition_and_nothing_has_no_groups() -> None:
    assert found(["Buenos días", "Buenos días", ""]) == []
    assert found([""]) == []


def test_a_text_is_nearest_to_itself_and_a_rare_word_weighs_more() -> None:
    texts = ["agua agua agua luz", "agua cara", "agua turbia en la vereda", "nada"]
    vectors = Vectors.of(texts, ids(4, "m"), ids(4, "t"))
    tickets = [uuid.UUID(bytes=one.tobytes()) for one in vectors.ticket_id]
    assert [near.ticket_id for near in nearest(vectors, "agua turbia en la vereda", 1)] == [
        tickets[2]
    ]
    ranked = nearest(vectors, "el agua de la vereda", 10)
    assert ranked[0].ticket_id == tickets[2]
    assert {near.ticket_id for near in ranked} == set(tickets[:3])
