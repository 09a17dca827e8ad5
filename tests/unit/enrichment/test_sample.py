"""Which messages `encoder_lr` reads in a run: a share of them, whatever they come with."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.enrichment import messages as module
from orchestration.enrichment.classifier import Classifier
from orchestration.enrichment.head import ENCODER, read_encoder
from orchestration.enrichment.judge import judge_files
from orchestration.enrichment.kept import version_of
from orchestration.enrichment.model import MODEL_TYPES, read_models
from orchestration.enrichment.sample import Sample
from orchestration.errors import UsageError
from orchestration.settings import load_settings
from tests.unit.enrichment.test_judge import TEXTS, bronze, sha256

MANY = [f"{text[:200]} queja {'x' * number}" for number in range(8) for text in TEXTS]


def judged(folder: Path, source: str, percent: int | None) -> Path:
    file = bronze(folder, source, MANY)
    sample = None if percent is None else Sample(read_encoder().pack(), percent)
    into = folder / f"{source}-{percent}"
    one = judge_files([file], Classifier(read_models()), None, into, sample)
    assert one.answers_rows == pq.read_metadata(one.answers).num_rows
    return one.answers


def rows_of(path: Path) -> tuple[list[dict], list[dict]]:
    """The rows of the other models, and those of the sample."""
    rows = pq.read_table(path).to_pylist()
    return (
        [row for row in rows if row["model_type"] != ENCODER],
        [row for row in rows if row["model_type"] == ENCODER],
    )


def test_a_sample_of_nothing_is_the_file_without_a_sample(tmp_path: Path) -> None:
    assert sha256(judged(tmp_path, "email", 0)) == sha256(judged(tmp_path, "email", None))


def test_a_share_of_the_messages_has_one_row_more_and_nothing_else_changes(tmp_path: Path) -> None:
    without, none = rows_of(judged(tmp_path, "email", None))
    others, some = rows_of(judged(tmp_path, "email", 40))
    _, everything = rows_of(judged(tmp_path, "email", 100))
    assert (others, none) == (without, [])
    assert len(everything) == len(MANY) == len(without) // len(MODEL_TYPES)
    assert 0.2 * len(MANY) < len(some) < 0.6 * len(MANY)
    assert all(row in everything for row in some)
    assert {row["model_version"] for row in some} == {version_of(read_encoder())}
    assert {row["topic_version"] for row in some} == {None}


def test_batches_change_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = sha256(judged(tmp_path, "email", 40))
    monkeypatch.setattr(module, "TEXTS_AT_ONCE", 3)
    (tmp_path / "again").mkdir()
    assert sha256(judged(tmp_path / "again", "email", 40)) == at_once


def test_the_share_is_a_setting_and_none_unless_it_is_set() -> None:
    assert load_settings({}).enrichment.encoder_percent == 0
    assert load_settings({"PQR_ENCODER_PERCENT": "100"}).enrichment.encoder_percent == 100
    with pytest.raises(UsageError, match="PQR_ENCODER_PERCENT=101 is not a whole number"):
        load_settings({"PQR_ENCODER_PERCENT": "101"})
