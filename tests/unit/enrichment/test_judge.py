"""What the models say of a day of bronze: every citizen's message, and nothing but its objects."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.bronze.table import DATA_FIELDS, JUDGED, write_events
from orchestration.enrichment import messages as module
from orchestration.enrichment.answers import ANSWERS
from orchestration.enrichment.classifier import Classifier
from orchestration.enrichment.judge import judge_files
from orchestration.enrichment.messages import BronzeFile
from orchestration.enrichment.model import MODEL_TYPES, read_models, unpack

DAY = date(2025, 9, 1)
TEXTS = [
    "Quiero poner una queja",
    "",
    "😡😡",
    "solicito copia " * 9000,
    "<b>Sugiero</b> más árboles",
    "me co\u200bbraron dos veces",
    "\x1b[31m\x00",
    "Vivo en Medellín. Atentamente, Ricardo Galeano Méndez, C.C. 79.482.113, cel 300 123 45 67",
]


def event(number: int, kind: str, **data: object) -> dict[str, object]:
    return {
        "line_no": number,
        "event_id": f"message-{number}",
        "ticket_id": f"ticket-{number // 2}",
        "event_type": kind,
        "ts": datetime(2025, 9, 1, tzinfo=UTC),
        "ts_original": None,
        "data": {**dict.fromkeys(DATA_FIELDS), **data},
    }


def bronze(folder: Path, source: str, texts: list[str]) -> BronzeFile:
    """An object in which each message of a citizen follows one of an agent."""
    events = [event(0, "TICKET_CREATED", pqrs_type="P")]
    for text in texts:
        for role in ("agent", "citizen"):
            events.append(event(len(events), "MESSAGE_ADDED", role=role, text=text))
    path = folder / f"{source}.parquet"
    write_events([pa.Table.from_pylist(events, schema=JUDGED)], source, DAY, path)
    return BronzeFile(path, source, DAY)


@pytest.fixture
def classifier() -> Classifier:
    return Classifier(read_models())


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_model_answers_for_every_message_of_a_citizen(
    classifier: Classifier, tmp_path: Path
) -> None:
    one = judge_files([bronze(tmp_path, "email", TEXTS)], classifier, None, tmp_path)
    assert (one.messages, one.answers_rows) == (len(TEXTS), len(TEXTS) * len(MODEL_TYPES))
    table = pq.read_table(one.answers)
    assert table.schema.names == ANSWERS.names
    rows = table.to_pylist()
    assert [row["line_no"] for row in rows[:: len(MODEL_TYPES)]] == [2, 4, 6, 8, 10, 12, 14, 16]
    assert [row["message_id"] for row in rows] == [f"message-{row['line_no']}" for row in rows]
    assert {row["source"] for row in rows} == {"email"}
    first = {row["model_type"]: row for row in rows if row["line_no"] == 2}
    assert first["rules"]["predicted_type"] == "Q"
    assert not first["rules"]["abstained"]
    empty = [row for row in rows if row["line_no"] in (4, 6)]
    assert all(row["abstained"] and row["predicted_type"] is None for row in empty)
    versions = read_models().versions()
    assert {row["model_type"]: row["model_version"] for row in rows} == versions


def test_an_object_without_messages_has_a_file_without_rows(
    classifier: Classifier, tmp_path: Path
) -> None:
    one = judge_files([bronze(tmp_path, "email", [])], classifier, None, tmp_path)
    assert (one.messages, one.answers_rows, one.mentions_rows) == (0, 0, 0)
    assert pq.read_schema(one.answers).names == ANSWERS.names


def test_the_file_of_a_day_has_the_rows_of_its_objects_in_their_order(
    classifier: Classifier, tmp_path: Path
) -> None:
    files = [
        bronze(tmp_path, "call", []),
        bronze(tmp_path, "chat", ["a", *TEXTS]),
        bronze(tmp_path, "email", TEXTS),
    ]
    together = judge_files(files, classifier, None, tmp_path / "together")
    alone = [judge_files([file], classifier, None, tmp_path / file.source) for file in files]
    assert together.messages == sum(one.messages for one in alone) == 2 * len(TEXTS) + 1
    for name in ("answers", "mentions"):
        rows = [pq.read_table(getattr(one, name)) for one in alone]
        assert pq.read_table(getattr(together, name)) == pa.concat_tables(rows)


def test_batches_change_no_byte(
    classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [bronze(tmp_path, "chat", ["a", *TEXTS]), bronze(tmp_path, "email", TEXTS)]
    at_once = judge_files(files, classifier, None, tmp_path / "at_once")
    monkeypatch.setattr(module, "TEXTS_AT_ONCE", 2)
    monkeypatch.setattr(module, "CHARACTERS_AT_ONCE", 100)
    batches = judge_files(files, classifier, None, tmp_path / "batches")
    assert sha256(at_once.answers) == sha256(batches.answers)
    assert sha256(at_once.mentions) == sha256(batches.mentions)


def test_a_worker_gets_the_models_as_they_are() -> None:
    models = read_models()
    assert unpack(models.pack()) == models


def test_personal_data_are_masked_and_joined_by_a_key_alone(
    classifier: Classifier, tmp_path: Path
) -> None:
    file = bronze(tmp_path, "email", [TEXTS[-1], "Soy R. Galeano, cédula 79482113"])
    one = judge_files([file], classifier, None, tmp_path / "without")
    rows = pq.read_table(one.mentions).to_pylist()
    named = [(row["kind"], row["value"], row["geo_id"]) for row in rows]
    assert named[0] == ("place", "Medellín", "05001")
    assert named[1:4] == [
        ("person", "[NOMBRE]", None),
        ("document", "[DOCUMENTO]", None),
        ("phone", "[TELÉFONO]", None),
    ]
    assert {row["join_key"] for row in rows} == {None}
    for secret in (b"79.482.113", b"79482113", b"Galeano", b"300 123"):
        assert secret not in one.mentions.read_bytes() + one.answers.read_bytes()

    keyed = judge_files([file], classifier, b"k" * 32, tmp_path / "with")
    other = judge_files([file], classifier, b"o" * 32, tmp_path / "other")
    digests = [
        [row["join_key"] for row in pq.read_table(made.mentions).to_pylist()
         if row["kind"] == "document"]
        for made in (keyed, other)
    ]  # fmt: skip
    assert len(digests[0]) == 2
    assert len(set(digests[0])) == len(set(digests[1])) == 1, "however it was written"
    assert not set(digests[0]) & set(digests[1])
    assert sha256(keyed.answers) == sha256(one.answers)
