"""What the models in use are worth, on families of wordings that training has not seen."""

from pathlib import Path

import pytest

from orchestration.enrichment.corpus import write_corpus
from orchestration.enrichment.evaluation import SPLITS, evaluate, read_written, table_row
from orchestration.enrichment.model import read_models
from simulator.config.model import TYPES
from simulator.text.bank import load_bank

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def figures() -> dict[tuple[str, str], object]:
    model = read_models()
    return {(one.split, one.model_type): one for split in SPLITS for one in evaluate(model, split)}


def test_the_linear_model_beats_the_rules_on_wordings_that_it_has_not_seen(figures) -> None:
    linear, rules = figures["held_out", "tfidf_lr"], figures["held_out", "rules"]
    assert linear.macro_f1 >= 0.75
    assert linear.macro_f1 >= rules.macro_f1 + 0.10


def test_no_split_is_too_easy_to_say_anything(figures) -> None:
    assert max(one.macro_f1 for one in figures.values()) <= 0.97


def test_abstaining_makes_the_remaining_answers_better(figures) -> None:
    for split in SPLITS:
        one = figures[split, "ensemble"]
        assert one.accuracy_covered > one.accuracy
        assert 0.5 < one.coverage < 1


def test_the_confusion_adds_up_to_the_texts(figures) -> None:
    for one in figures.values():
        assert sum(one.confusion.values()) == one.texts_count
        right = sum(one.confusion.get(f"{letter}>{letter}", 0) for letter in TYPES)
        assert one.accuracy == pytest.approx(right / one.texts_count, abs=5e-5)


def test_three_hundred_texts_are_written_by_people_and_none_is_of_the_phrase_bank() -> None:
    corpus = read_written()
    assert len(set(corpus.texts)) == 300
    assert {corpus.types.count(letter) for letter in TYPES} <= set(range(70, 81))
    wordings = {
        wording.lower()
        for families in load_bank().intents.families
        for family in families
        for group in family.wordings
        for wording in group
    }
    assert not wordings & {text.lower() for text in corpus.texts}


def test_the_same_seed_writes_the_same_texts() -> None:
    first, again = write_corpus(5, 300, "training"), write_corpus(5, 300, "training")
    assert first == again
    assert write_corpus(6, 300, "training").texts != first.texts
    assert write_corpus(5, 300, "held_out").texts != first.texts


def test_the_model_card_shows_these_figures(figures) -> None:
    shown = (ROOT / "docs" / "models.md").read_text("utf-8")
    for one in figures.values():
        assert table_row(one) in shown, "run `pqr models evaluate` and put its table into the page"


@pytest.mark.slow
def test_training_gives_the_bytes_of_the_model_in_use() -> None:
    training = pytest.importorskip("orchestration.enrichment.training")
    trained = training.train()
    model = read_models()
    if trained.card["training"] != model.card["training"]:
        pytest.skip("another version of scikit-learn")
    assert trained.artefact == model.features
    assert trained.card == model.card
