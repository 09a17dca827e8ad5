"""`encoder_lr` on texts of every kind: the same answer everywhere, and no text that stops it."""

import json
import shutil
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from orchestration.enrichment import encoder
from orchestration.enrichment.encoder import LONGEST, EncoderMissing, readable
from orchestration.enrichment.evaluation import SPLITS, evaluate, table_row
from orchestration.enrichment.explain import explained
from orchestration.enrichment.head import ENCODER, EncoderModel, Head, read_encoder, unpack_encoder
from orchestration.enrichment.kept import read_folder, version_of
from orchestration.enrichment.model import MODELS, read_models
from orchestration.errors import UsageError
from tests.unit.enrichment.test_model import AWKWARD

ROOT = Path(__file__).resolve().parents[3]
TEXTS = [*AWKWARD.values(), "\ud800 queja", "que\u200bja", "sugiero más árboles en el parque"]


@pytest.fixture(scope="module")
def head() -> Head:
    return Head(read_encoder())


def test_any_text_gets_an_answer_or_an_abstention(head: Head) -> None:
    for text, answer in zip(TEXTS, head.classify(TEXTS).to_pylist(), strict=True):
        shares = json.loads(answer["explain_json"])["shares"]
        assert answer["model_type"] == ENCODER
        if readable(text):
            assert answer["predicted_type"] == max(shares, key=shares.get)
            assert 0 <= answer["margin"] <= answer["score"] <= 1
            assert sum(shares.values()) == pytest.approx(1, abs=3e-4)
        else:
            assert answer["abstained"]
            assert (answer["predicted_type"], answer["score"], shares) == (None, None, {})


@pytest.mark.parametrize("text", ["", None, "😡😡 🙏", "123 456", " \t\n", "\x00\x01\u200b"])
def test_a_text_without_a_letter_is_not_guessed(head: Head, text: str | None) -> None:
    (answer,) = head.classify([text]).to_pylist()
    assert answer["abstained"]
    assert answer["predicted_type"] is None


@pytest.mark.parametrize("text", ["solicito copia " * 70_000, "a" * 1_000_000, "á<" * 500_000])
def test_of_a_megabyte_no_more_is_read_than_its_beginning(head: Head, text: str) -> None:
    other = text[:LONGEST] + " felicito a todos por su trabajo" * 30_000
    beginning, *longer = head.classify([text[:LONGEST], text, other]).to_pylist()
    assert longer == [beginning, beginning]


@pytest.mark.parametrize(
    "written",
    [
        "QUIERO PONER UNA QUEJA",
        "quiero\u200b poner una que\u00adja",
        "<p>quiero poner</p> <b>una queja</b>",
        "quiero poner\x00 una\n\n queja 😡",
        "quiero poner una queja 3001234567",
    ],
)
def test_the_keyboard_does_not_change_what_is_read(written: str) -> None:
    assert readable(written) == "quiero poner una queja"


def test_an_answer_does_not_depend_on_the_other_texts(head: Head) -> None:
    together = head.classify(TEXTS).to_pylist()
    assert together == [head.classify([text]).to_pylist()[0] for text in TEXTS]


def test_a_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    for name in EncoderModel.files:
        shutil.copy(MODELS / name, tmp_path / name)
    weights = tmp_path / EncoderModel.files[0]
    weights.write_bytes(weights.read_bytes().replace(b"\n7,", b"\n7,1"))
    with pytest.raises(UsageError, match=r"encoder_lr\.csv has sha256 .* but its card says"):
        read_encoder(tmp_path)
    weights.unlink()
    with pytest.raises(UsageError, match=r"encoder_lr\.json.*pqr models train --model encoder_lr"):
        read_encoder(tmp_path)


def test_the_version_changes_with_what_decides_the_answers() -> None:
    model = read_encoder()
    version = version_of(model)
    assert version_of(unpack_encoder(model.pack())) == version
    training = {**model.card["training"], encoder.PACKAGE: "0.0.1"}
    for name, value in (
        ("intercepts", {**model.card["intercepts"], "p": 1}),
        ("least_margin", {ENCODER: 0.99}),
        ("training", training),
    ):
        assert version_of(EncoderModel({**model.card, name: value}, model.weights)) != version
    assert version_of(EncoderModel(model.card, model.weights + b"\n")) != version


def test_a_folder_is_read_as_what_it_holds(tmp_path: Path) -> None:
    assert read_folder(MODELS) == read_models()
    for name in EncoderModel.files:
        shutil.copy(MODELS / name, tmp_path / name)
    assert read_folder(tmp_path) == read_encoder()


def test_without_the_extra_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    encoder._encoder.cache_clear()
    monkeypatch.setattr(encoder, "version", missing)
    with pytest.raises(EncoderMissing, match="uv sync --inexact --extra encoder"):
        Head(read_encoder()).classify(["queja"])
    lines = list(explained(read_models(), read_encoder(), "quiero poner una queja"))
    assert any(line.startswith("encoder_lr not asked: ") for line in lines)
    assert any(line.startswith("tfidf_lr ") for line in lines)


def test_another_encoder_than_it_was_trained_with_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoder._encoder.cache_clear()
    monkeypatch.setattr(encoder, "version", lambda name: "9.9")
    with pytest.raises(EncoderMissing, match=r"was trained with .* installed is 9\.9"):
        Head(read_encoder()).classify(["queja"])


def test_the_sentences_that_speak_for_the_type_are_named() -> None:
    text = "Buenos días. Quiero poner una queja por la grosería del funcionario. Me llamo Ana."
    lines = list(explained(read_models(), read_encoder(), text))
    said, first = [line for line in lines if line.startswith(ENCODER)][:2]
    assert " Q " in said
    assert first.endswith(" for Q")
    start, end = (int(number) for number in first.split(":")[0].split()[2::2])
    assert "queja" in text[start:end]


def test_the_model_card_shows_its_figures_on_the_written_texts() -> None:
    (figures,) = evaluate(read_encoder(), "written")
    assert table_row(figures) in (ROOT / "docs" / "models.md").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("split", SPLITS)
def test_the_model_card_shows_its_figures(split: str) -> None:
    (figures,) = evaluate(read_encoder(), split)
    assert table_row(figures) in (ROOT / "docs" / "models.md").read_text("utf-8")
    assert figures.macro_f1 <= 0.97


@pytest.mark.slow
def test_training_gives_the_bytes_of_the_package() -> None:
    training = pytest.importorskip("orchestration.enrichment.head_training")
    trained, model = training.train_head(), read_encoder()
    if trained.card["training"] != model.card["training"]:
        pytest.skip("another version of scikit-learn")
    assert trained.artefact == model.weights
    assert trained.card == model.card
