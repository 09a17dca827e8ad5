"""Keys of the lake: fixed, safe, and back to what they name."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.lake import paths
from orchestration.lake.paths import InvalidKeyError
from orchestration.run import Run, World

DAY = date(2025, 9, 1)
RUN = Run.of(World.simulated(42, "config", "code", DAY), DAY, date(2025, 9, 30))
SHA = "ab" * 32


def test_the_keys_are_those_of_the_layout() -> None:
    run = f"run_id={RUN.run_id}"
    assert (
        paths.raw_object(RUN, "email", DAY)
        == f"raw/pqrs/source=email/day=2025-09-01/{run}/events.jsonl"
    )
    assert paths.manifest(RUN, "raw", "0" * 12) == f"manifests/day=2025-09-01/{run}/manifest.json"
    assert paths.checksums(RUN) == f"manifests/day=2025-09-01/{run}/checksums.json"
    assert (
        paths.manifest(RUN, "gold", SHA) == f"manifests/day=2025-09-01/{run}/gold-abababababab.json"
    )
    assert (
        paths.part("silver", "tickets", "month=2025-09", RUN, SHA)
        == f"silver/tickets/month=2025-09/{run}/part-abababababab.parquet"
    )
    assert paths.pipeline_log(RUN) == f"logs/day=2025-09-01/{run}/pipeline.log"


@given(name=st.text(max_size=120))
def test_an_original_name_cannot_leave_its_folder(name: str) -> None:
    key = paths.original(RUN, SHA, name)
    assert re.fullmatch(r"raw/original/run_id=[0-9a-f-]{36}/ab{1}(ab){5}-[A-Za-z0-9._-]{1,80}", key)
    assert "/.." not in key


@given(part=st.text(min_size=1, max_size=20))
def test_no_part_of_a_key_can_break_out(part: str) -> None:
    for build in (
        lambda: paths.raw_object(RUN, part, DAY),
        lambda: paths.part("silver", part, "month=2025-09", RUN, SHA),
        lambda: paths.part("silver", "tickets", part, RUN, SHA),
        lambda: paths.part("silver", "tickets", f"month={part}", RUN, SHA),
        lambda: paths.part(part, "tickets", "month=2025-09", RUN, SHA),
        lambda: paths.manifest(RUN, "gold", part),
    ):
        try:
            key = build()
        except InvalidKeyError:
            continue
        assert re.fullmatch(r"[a-z]+/[A-Za-z0-9_=./-]+", key)
        assert ".." not in key
        assert "//" not in key


@pytest.mark.parametrize(
    ("dataset", "partition", "sha256", "said"),
    [
        ("a" * 64, "day=2025-09-01", SHA, "dataset has 64 characters, a key takes up to 63: 'aaa"),
        ("Kpi", "day=2025-09-01", SHA, "dataset has characters that a key may not have: 'Kpi'; "),
        ("kpi", f"{'d' * 32}=1", SHA, "partition has 34 characters, a key takes up to 31 before"),
        ("kpi", f"day={'1' * 65}", SHA, "partition has 69 characters, a key takes up to 31 before"),
        ("kpi", "day", SHA, "partition has characters that a key may not have: 'day'; use COLUMN="),
        ("kpi", "day=2025-09-01", "ab", "sha256 has 2 characters, a key takes 64: 'ab'"),
    ],
)
def test_a_refused_part_of_a_key_is_told_why(
    dataset: str, partition: str, sha256: str, said: str
) -> None:
    with pytest.raises(InvalidKeyError, match=re.escape(said)):
        paths.part("gold", dataset, partition, RUN, sha256)


def test_a_part_of_a_key_may_have_its_limit() -> None:
    partition = f"{'d' * 31}={'1' * 64}"
    key = paths.part("gold", "a" * 63, partition, RUN, SHA)
    assert key.startswith(f"gold/{'a' * 63}/{partition}/run_id=")


def test_a_partition_is_read_back() -> None:
    assert paths.parse_source_day("source=chat/day=2025-09-01") == ("chat", DAY)
    for broken in ("source=chat", "day=2025-09-01", "source=chat/day=2025-13-01", ""):
        with pytest.raises(InvalidKeyError):
            paths.parse_source_day(broken)


def test_a_key_names_its_run() -> None:
    assert paths.run_of_key(paths.raw_object(RUN, "email", DAY)) == RUN.run_id
    assert paths.run_of_key("raw/pqrs/other") is None
