"""An object judged block by block gives what it gives in memory, whatever the size of a block."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from events import DAY, MESSAGE, RUN_ID, SOURCE, line, with_text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from malformed import LINES

from orchestration.bronze.blocks import BLOCK_BYTES
from orchestration.bronze.object import Judged, RawObject, judge_object
from orchestration.bronze.rules import MAX_LINE_BYTES, Rules

Sized = Callable[[bytes, int], tuple[Judged, bytes, bytes]]

SHORT_LINES = [body for _, body, _ in LINES if len(body) < 10_000]
IDS = st.integers(0, 12).map(lambda number: f"{number:08x}-0000-4000-8000-000000000000")
# Written otherwise than canonical lines: an object that has one is merged in memory, too.
SPACED = line(event_id="ffffffff-0000-4000-8000-000000000000").replace(b'":', b'": ')


@pytest.fixture
def judge_in_blocks(rules: Rules, tmp_path_factory: pytest.TempPathFactory) -> Sized:
    def judged(body: bytes, block_bytes: int) -> tuple[Judged, bytes, bytes]:
        folder: Path = tmp_path_factory.mktemp("object")
        file = folder / "raw.jsonl"
        file.write_bytes(body)
        raw = RawObject("raw/some/events.jsonl", RUN_ID, SOURCE, DAY)
        found = judge_object(file, raw, rules, folder, block_bytes)
        return found, found.bronze_file.read_bytes(), found.quarantine_file.read_bytes()

    return judged


def outcome(result: tuple[Judged, bytes, bytes]) -> tuple[Any, ...]:
    judged, bronze, quarantine = result
    counts = judged.lines, judged.bronze, judged.quarantined, judged.notes
    return *counts, bronze, quarantine


@st.composite
def objects(draw: st.DrawFn) -> bytes:
    """Objects with lines out of order, ids that come again, and bad lines."""
    minutes = st.integers(0, 59).map(lambda minute: f"2025-09-01T13:{minute:02}:07.123456Z")
    good = st.builds(
        lambda event_id, ts, text: line(event_id=event_id, ts=ts).replace(b"Solicito", text),
        IDS, minutes, st.sampled_from([b"Solicito", b"Informar"]),
    )  # fmt: skip
    found = draw(st.lists(st.one_of(good, good, st.sampled_from(SHORT_LINES)), max_size=12))
    ending = draw(st.sampled_from([b"\n", b"\r\n", b""]))
    start = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    return start + b"\n".join([*found, SPACED]) + ending


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=objects(), block_bytes=st.sampled_from([16, 300, 700, 2_000]))
def test_blocks_of_any_size_give_the_same_bytes(
    judge_in_blocks: Sized, body: bytes, block_bytes: int
) -> None:
    whole = outcome(judge_in_blocks(body, BLOCK_BYTES))
    assert outcome(judge_in_blocks(body, block_bytes)) == whole


@pytest.mark.parametrize("block_bytes", [5_000, 1 << 20])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b" " * (3 << 20) + b"\n" + SPACED + b"\n", id="blank line of 3 MB"),
        pytest.param(SPACED + b"\n" + b"x" * (3 << 20), id="long last line without an end"),
        pytest.param(SPACED + b"\n" + b"x" * (2 << 20) + b"\r", id="long last line with a CR"),
        pytest.param(b"y" * (2 << 20) + b"\r\n" + SPACED + b"\r\n", id="long line with CRLF"),
        pytest.param(b"\xef\xbb\xbf" + b" " * (2 << 20) + b"\n" + SPACED, id="BOM and long line"),
        pytest.param(b"z" * (MAX_LINE_BYTES + 1) + b"\n" + SPACED + b"\n", id="one byte too long"),
        pytest.param(with_text("á" * 65_536) + b"\n" + SPACED + b"\n", id="longest good text"),
        pytest.param(b"\n" * 3_000 + SPACED + b"\n", id="many blank lines"),
        pytest.param(gzip.compress(MESSAGE * 50, mtime=0), id="gzip"),
        pytest.param((SPACED + b"\n") * 200, id="one line two hundred times"),
    ],
)
def test_awkward_lines_give_the_same_bytes(
    judge_in_blocks: Sized, body: bytes, block_bytes: int
) -> None:
    whole = outcome(judge_in_blocks(body, BLOCK_BYTES))
    assert whole[0] == whole[1] + sum(whole[2].values())
    assert outcome(judge_in_blocks(body, block_bytes)) == whole


def test_an_object_in_order_has_the_same_rows_in_blocks(judge_in_blocks: Sized) -> None:
    found = [
        line(event_id=f"{number:08x}-0000-4000-8000-000000000000", ts=f"2025-09-01T13:00:{number}Z")
        for number in range(10, 60)
    ]
    body = b"".join(one.replace(b'Z","data"', b'.000000Z","data"') + b"\n" for one in found)
    whole, *_ = judge_in_blocks(body, BLOCK_BYTES)
    parts, *_ = judge_in_blocks(body, 1_000)
    assert whole.bronze == parts.bronze == 50
    assert pq.read_table(parts.bronze_file).equals(pq.read_table(whole.bronze_file))
