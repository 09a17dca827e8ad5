"""What the fast path takes the slow path takes, with the same values; nothing escapes either."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from malformed import DAY, GOOD, LINES, TICKET, line

from orchestration.bronze.canonical import read_canonical
from orchestration.bronze.judge import judge_line
from orchestration.bronze.parse import Rejected
from orchestration.bronze.rules import Rules
from orchestration.bronze.split import split

Judge = Callable[[bytes], Any]

TYPES = sorted(GOOD)
TEXTS = st.text(max_size=40)
IDS = st.uuids().map(str)
MUTATIONS = st.sampled_from(["replace", "delete", "insert", "swap", "double"])
SUITE = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@st.composite
def events(draw: st.DrawFn) -> bytes:
    """A good line, of any type, in canonical or other dress."""
    kind = draw(st.sampled_from(TYPES))
    data = dict(GOOD[kind])
    if kind == "MESSAGE_ADDED":
        text = draw(TEXTS)
        data |= {"text": text, "text_len": len(text)}
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


def slow_rows(body: bytes, rules: Rules) -> dict[int, dict[str, Any]]:
    split_lines = split(body)
    rows = {}
    for index in range(len(split_lines)):
        try:
            rows[index + 1] = judge_line(split_lines.line(index), rules, DAY).row(index + 1)
        except Rejected:
            continue
    return rows


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
@given(body=st.lists(lines(), min_size=1, max_size=8).map(lambda found: b"\n".join(found) + b"\n"))
def test_what_the_fast_path_takes_the_slow_path_takes_alike(rules: Rules, body: bytes) -> None:
    slow = slow_rows(body, rules)
    for row in read_canonical(split(body), rules, DAY).events.to_pylist():
        assert row == slow[row["line_no"]]


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
    taken = read_canonical(split(body), rules, DAY).events.to_pylist()
    plain = [text for text in texts if not {"\\", '"', "\t"} & set(text)]
    assert [row["data"]["text"] for row in taken] == plain
    slow = slow_rows(body, rules)
    assert taken == [slow[row["line_no"]] for row in taken]


@SUITE
@given(body=events())
def test_a_canonical_line_needs_no_slow_path(rules: Rules, body: bytes) -> None:
    value = json.loads(body)
    text = value["data"].get("text", "")
    if json.dumps(text, ensure_ascii=False).replace("\\n", "")[1:-1].find("\\") >= 0:
        return
    found = line(value["event_type"], **{name: value[name] for name in ("event_id", "ts", "data")})
    taken = read_canonical(split(found + b"\n"), rules, DAY).events
    if value == json.loads(found) and list(value["data"]) == list(GOOD[value["event_type"]]):
        assert len(taken) == 1


def test_judging_the_same_bytes_twice_writes_the_same_files(judge: Judge) -> None:
    body = b"\n".join(found for _, found, _ in LINES)
    first = judge(body).judged
    contents = first.bronze_file.read_bytes(), first.quarantine_file.read_bytes()
    again = judge(body).judged
    assert (again.bronze_file.read_bytes(), again.quarantine_file.read_bytes()) == contents
    assert TICKET.encode() in contents[0] or first.bronze == 1
