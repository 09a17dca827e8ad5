"""What the fast path takes the slow path takes, with the same values; nothing escapes either."""

import io
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from events import ANSWER, DAY, GOOD, PETITIONER, SOURCE, TICKET, line, with_data, with_text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from malformed import LINES

from orchestration.bronze.blocks import BLOCK_BYTES, Block, BlockReader
from orchestration.bronze.fast.canonical import read_canonical
from orchestration.bronze.rules import Rules
from orchestration.bronze.slow.judge import judge_line
from orchestration.bronze.slow.parse import Rejected
from orchestration.bronze.table import JUDGED

Judge = Callable[[bytes], Any]

TYPES = sorted(GOOD)
TEXTS = st.text(max_size=40)
IDS = st.uuids().map(str)
# Most lines are good; some break a rule between two of their fields.
SLIPS = st.sampled_from([0, 0, 0, 0, 1, -1])
CHANNELS = st.sampled_from([SOURCE, SOURCE, SOURCE, "call"])
MUTATIONS = st.sampled_from(["replace", "delete", "insert", "swap", "double"])
SUITE = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@st.composite
def events(draw: st.DrawFn) -> bytes:
    """A line of any type, canonical or written otherwise; most of them are good."""
    kind = draw(st.sampled_from(TYPES))
    data = dict(GOOD[kind])
    if kind == "MESSAGE_ADDED":
        text = draw(TEXTS)
        data |= {"text": text, "text_len": max(0, len(text) + draw(SLIPS))}
    elif kind == "ATTACHMENT_ADDED":
        data |= {"size_kb": draw(st.integers(0, 2)), "source_channel": draw(CHANNELS)}
    elif kind == "TICKET_CREATED":
        data |= {"source_channel": draw(CHANNELS)}
        data |= draw(st.sampled_from([{}, {"petitioner": PETITIONER}, {"petitioner": {}}]))
    elif kind == "STATUS_CHANGED":
        some = draw(st.sets(st.sampled_from(sorted(ANSWER)), max_size=6))
        data |= {name: ANSWER[name] for name in ANSWER if name in some}
    elif kind == "TERM_EXTENDED":
        data |= {"business_days": draw(st.integers(0, 61)), "reason": draw(TEXTS)}
    hour, micros = draw(st.integers(5, 23)), draw(st.integers(0, 999_999))
    ts = f"2025-09-01T{hour:02}:00:00.{micros:06}Z"
    found = line(kind, event_id=draw(IDS), ts=ts, data=data)
    if draw(st.booleans()):
        return found
    value = json.loads(found)
    return json.dumps(
        value,
        ensure_ascii=draw(st.booleans()),
        sort_keys=draw(st.booleans()),
        indent=None,
        separators=draw(st.sampled_from([(",", ":"), (", ", ": ")])),
    ).encode()


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """A line: good, damaged in some bytes, one of the known bad ones, or anything."""
    form = draw(st.integers(0, 9))
    if form == 0:
        return draw(st.binary(max_size=60)).replace(b"\n", b"")
    if form == 1:
        return draw(st.sampled_from([body for name, body, _ in LINES if "2 MB" not in name]))
    body = draw(events())
    for _ in range(draw(st.integers(0, 3)) if form < 7 else 0):
        body = damaged(draw, body)
    return body.replace(b"\n", b"")


def damaged(draw: st.DrawFn, body: bytes) -> bytes:
    if not body:
        return body
    at = draw(st.integers(0, len(body) - 1))
    byte = draw(st.sampled_from([*b'"\\{}[],:0179aefnZ.T- \t\r', 0, 127, 195, 255]))
    match draw(MUTATIONS):
        case "replace":
            return body[:at] + bytes([byte]) + body[at + 1 :]
        case "delete":
            return body[:at] + body[at + 1 :]
        case "insert":
            return body[:at] + bytes([byte]) + body[at:]
        case "swap":
            return body[:at] + body[at : at + 2][::-1] + body[at + 2 :]
        case _:
            return body[:at] + body[at : at + 12] + body[at:]


def blocks(body: bytes) -> list[Block]:
    """The blocks of an object; one too long for a line, or of another format, has none here."""
    reader = BlockReader(io.BytesIO(body), BLOCK_BYTES)
    return [piece for piece in reader.read() if isinstance(piece, Block)]


def slow_rows(body: bytes, rules: Rules) -> dict[int, dict[str, Any]]:
    rows = {}
    for block in blocks(body):
        for place in range(len(block)):
            try:
                event = judge_line(block.line(place), rules, SOURCE, DAY)
            except Rejected:
                continue
            line_no = block.first + place + 1
            rows[line_no] = event.row(line_no)
    return rows


def fast_rows(body: bytes, rules: Rules) -> list[dict[str, Any]]:
    taken = [read_canonical(block, rules, SOURCE, DAY).events for block in blocks(body)]
    return [row for events in taken for row in events.cast(JUDGED).to_pylist()]


@pytest.mark.slow
@pytest.mark.timeout(1800)
@settings(SUITE, max_examples=10_000)
@given(body=st.lists(lines(), min_size=1, max_size=6).map(b"\n".join))
def test_ten_thousand_objects_lose_no_line(judge: Judge, body: bytes) -> None:
    assert_nothing_lost(judge, body)


@SUITE
@given(body=st.lists(lines(), max_size=8).map(b"\n".join))
def test_every_line_ends_in_bronze_or_in_quarantine(judge: Judge, body: bytes) -> None:
    assert_nothing_lost(judge, body)


def assert_nothing_lost(judge: Judge, body: bytes) -> None:
    outcome = judge(body)
    judged = outcome.judged
    assert judged.lines == judged.bronze + sum(judged.quarantined.values())
    numbers = [row["line_no"] for row in [*outcome.bronze, *outcome.quarantine]]
    assert sorted(numbers) == list(range(1, judged.lines + 1))
    assert len({row["event_id"] for row in outcome.bronze}) == judged.bronze
    assert [(r["ts"], r["event_id"]) for r in outcome.bronze] == sorted(
        (r["ts"], r["event_id"]) for r in outcome.bronze
    )
    assert all(row["reason"] and row["detail"] is not None for row in outcome.quarantine)


@SUITE
@given(
    found=st.lists(lines(), min_size=1, max_size=8), ending=st.sampled_from([b"\n", b"\r\n", b""])
)
def test_what_the_fast_path_takes_the_slow_path_takes_alike(
    rules: Rules, found: list[bytes], ending: bytes
) -> None:
    body = b"\n".join(found) + ending
    slow = slow_rows(body, rules)
    for row in fast_rows(body, rules):
        assert row == slow[row["line_no"]]


@pytest.mark.parametrize("ending", [b"", b"\n"])
def test_a_control_character_is_seen_whatever_the_object_ends_with(
    rules: Rules, ending: bytes
) -> None:
    body = with_text("a\tb").replace(b"\\t", b"\t") + b"\n" + line(event_id=str(UUID(int=1)))
    assert [row["line_no"] for row in fast_rows(body + ending, rules)] == [2][: len(ending)]
    assert list(slow_rows(body + ending, rules)) == [2]


def test_texts_beside_each_other_keep_their_own_breaks_and_escapes(rules: Rules) -> None:
    texts = ["", "n", "a\nb", "a\\", "nb", '"', "\\n", "\n", "\n\n", "é\nñ", "\t", "n\n", ""]
    found = [
        line(
            "MESSAGE_ADDED",
            event_id=f"{number:08x}-0000-4000-8000-000000000000",
            data=GOOD["MESSAGE_ADDED"] | {"text": text, "text_len": len(text)},
        )
        for number, text in enumerate(texts)
    ]
    body = b"\n".join(found) + b"\n"
    taken = fast_rows(body, rules)
    plain = [text for text in texts if text and not {"\\", '"', "\t"} & set(text)]
    assert [row["data"]["text"] for row in taken] == plain
    slow = slow_rows(body, rules)
    assert taken == [slow[row["line_no"]] for row in taken]


@SUITE
@given(body=events())
def test_a_canonical_line_needs_no_slow_path(rules: Rules, body: bytes) -> None:
    value = json.loads(body)
    text = value["data"].get("text", value["data"].get("reason", ""))
    if value["event_type"] == "MESSAGE_ADDED" and not text:
        return
    # A line with a shorter reason is shorter than the fast path looks at.
    if value["event_type"] == "TERM_EXTENDED" and len(text.encode()) < 4:
        return
    if json.dumps(text, ensure_ascii=False).replace("\\n", "")[1:-1].find("\\") >= 0:
        return
    found = line(value["event_type"], **{name: value[name] for name in ("event_id", "ts", "data")})
    # Windows of 16 bytes look for names: what ends a block within one takes the slow path.
    taken = fast_rows(found + b"\n" + b" " * 16 + b"\n", rules)
    if value == json.loads(found) and list(value["data"]) == list(GOOD[value["event_type"]]):
        assert len(taken) == len(slow_rows(found, rules))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(ANSWER, id="everything"),
        *(
            pytest.param({k: v for k, v in ANSWER.items() if k != name}, id=f"without {name}")
            for name in ("outcome", "dependencia_id", "agent_id")
        ),
    ],
)
def test_a_transition_with_optional_fields_needs_no_slow_path(
    rules: Rules, data: dict[str, Any]
) -> None:
    (taken,) = fast_rows(line("STATUS_CHANGED", data=data) + b"\n", rules)
    assert {name: value for name, value in taken["data"].items() if value is not None} == data


@pytest.mark.parametrize("petitioner", [PETITIONER, {"is_anonymous": True}])
def test_a_creation_with_its_petitioner_needs_no_slow_path(
    rules: Rules, petitioner: dict[str, Any]
) -> None:
    body = with_data("TICKET_CREATED", petitioner=petitioner) + b"\n" + with_data("TICKET_CREATED")
    taken = fast_rows(body + b"\n", rules)
    assert [row["data"]["petitioner"] for row in taken] == [{"kind": None, **petitioner}, None]


def test_judging_the_same_bytes_twice_writes_the_same_files(judge: Judge) -> None:
    body = b"\n".join(found for _, found, _ in LINES)
    first = judge(body).judged
    contents = first.bronze_file.read_bytes(), first.quarantine_file.read_bytes()
    again = judge(body).judged
    assert (again.bronze_file.read_bytes(), again.quarantine_file.read_bytes()) == contents
    assert TICKET.encode() in contents[0] or first.bronze == 1
