"""Every malformed line has its one reason, and no line stops the others."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from events import EVENT, MESSAGE, TICKET, line, with_text
from malformed import LINES

from orchestration.bronze.rules import NOTES, ORDER, Reason

Judge = Callable[[bytes], Any]
GOOD = line(event_id="aaaaaaaa-93d2-4a53-8f0e-6a8f3b1c2d01")


@pytest.mark.parametrize(
    ("body", "reason"), [(b, r) for _, b, r in LINES], ids=[n for n, *_ in LINES]
)
def test_a_line_has_one_reason_and_its_neighbours_none(
    judge: Judge, body: bytes, reason: str | None
) -> None:
    outcome = judge(GOOD + b"\n" + body + b"\n")
    assert outcome.judged.quarantined == ({} if reason is None else {reason: 1})
    assert outcome.judged.bronze == (2 if reason is None else 1)
    assert outcome.judged.lines == 2


def test_all_malformed_lines_together_change_nothing(judge: Judge) -> None:
    bodies = [body for _, body, _ in LINES]
    outcome = judge(b"".join(body + b"\n" for body in bodies))
    expected = Counter(reason for *_, reason in LINES if reason is not None)
    # The good ones share an event_id; the first is kept.
    found = Counter(outcome.judged.quarantined)
    same, conflict = found.pop("DUP_EVENT_SAME_PAYLOAD"), found.pop("DUP_EVENT_CONFLICT")
    assert found == expected
    assert outcome.judged.bronze == 1
    assert outcome.judged.lines == len(LINES) == 1 + same + conflict + sum(expected.values())


def test_there_are_at_least_sixty_malformed_lines() -> None:
    assert sum(reason is not None for *_, reason in LINES) >= 60


@pytest.mark.parametrize("line_count", [0, 1, 3])
def test_an_object_of_blank_lines_is_all_quarantine(judge: Judge, line_count: int) -> None:
    outcome = judge(b"\n" * line_count)
    assert outcome.judged.lines == line_count
    assert sum(outcome.judged.quarantined.values()) == line_count


def test_an_empty_object_is_good_and_counted(judge: Judge) -> None:
    outcome = judge(b"")
    assert (outcome.judged.lines, outcome.judged.bronze) == (0, 0)
    assert outcome.judged.notes == {"EMPTY_FILE": 1}
    assert outcome.bronze == outcome.quarantine == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\x1f\x8b\x08\x00" + b"\n" * 50, "GZIP_MAGIC"),
        ("[]\n".encode("utf-16"), "UTF16_BOM"),
        (b"\xfe\xff\x00{", "UTF16_BOM"),
    ],
)
def test_an_object_of_another_format_counts_as_one_line(
    judge: Judge, body: bytes, reason: str
) -> None:
    outcome = judge(body)
    assert outcome.judged.lines == 1
    assert outcome.judged.quarantined == {reason: 1}
    assert outcome.quarantine[0]["byte_len"] == len(body)


def test_a_byte_order_mark_at_the_start_is_stripped_and_counted(judge: Judge) -> None:
    outcome = judge(b"\xef\xbb\xbf" + MESSAGE + b"\n")
    assert outcome.judged.bronze == 1
    assert outcome.judged.notes == {"UTF8_BOM_START": 1}


def test_a_missing_final_newline_is_tolerated_and_counted(judge: Judge) -> None:
    outcome = judge(GOOD + b"\n" + MESSAGE)
    assert outcome.judged.bronze == 2
    assert outcome.judged.notes == {"MISSING_FINAL_NEWLINE": 1}


def test_crlf_ends_are_stripped_and_counted(judge: Judge) -> None:
    outcome = judge(GOOD + b"\r\n" + MESSAGE + b"\r\n")
    assert outcome.judged.bronze == 2
    assert outcome.judged.notes == {"CRLF": 2}


def test_lines_are_split_on_0x0a_only(judge: Judge) -> None:
    separators = "\u2028\u2029\u0085\u000b\u000c\u001c"
    kept = "a\u2028b\u2029c\u0085d"
    outcome = judge(with_text(kept) + b"\n" + separators.encode() + b"\n")
    assert outcome.judged.lines == 2
    assert [row["data"]["text"] for row in outcome.bronze] == [kept]


def test_the_same_payload_twice_is_dropped_and_counted(judge: Judge) -> None:
    spaced = MESSAGE.replace(b'":', b'": ')
    outcome = judge(MESSAGE + b"\n" + spaced + b"\n")
    assert outcome.judged.quarantined == {"DUP_EVENT_SAME_PAYLOAD": 1}
    assert [row["line_no"] for row in outcome.bronze] == [1]


def test_another_payload_under_the_same_id_is_quarantined(judge: Judge) -> None:
    other = with_text("otra cosa")
    outcome = judge(MESSAGE + b"\n" + other + b"\n" + MESSAGE + b"\n")
    assert outcome.judged.quarantined == {"DUP_EVENT_CONFLICT": 1, "DUP_EVENT_SAME_PAYLOAD": 1}
    assert [row["line_no"] for row in outcome.bronze] == [1]
    assert outcome.quarantine[0]["detail"] == f"{EVENT}, first on line 1"


def test_bronze_is_typed_and_ordered_by_time_and_id(judge: Judge) -> None:
    late = line(event_id="bbbbbbbb-93d2-4a53-8f0e-6a8f3b1c2d01", ts="2025-09-01T20:00:00Z")
    zoned = line(event_id="cccccccc-93d2-4a53-8f0e-6a8f3b1c2d01", ts="2025-09-01T08:00:00.5-05:00")
    outcome = judge(late + b"\n" + zoned + b"\n" + MESSAGE + b"\n")
    assert [row["line_no"] for row in outcome.bronze] == [2, 3, 1]
    first = outcome.bronze[0]
    assert first["ts"].isoformat() == "2025-09-01T13:00:00.500000+00:00"
    assert first["ts_original"] == "2025-09-01T08:00:00.5-05:00"
    assert first["ticket_id"] == TICKET
    assert first["data"]["text_len"] == 20
    assert first["data"]["status_to"] is None
    assert (first["source"], str(first["day"])) == ("email", "2025-09-01")


def test_a_quarantined_line_can_be_found_again(judge: Judge) -> None:
    bad = b"\xff" * 6000
    body = MESSAGE + b"\n" + bad + b"\n"
    row = judge(body).quarantine[0]
    found = body[row["byte_offset"] : row["byte_offset"] + row["byte_len"]]
    assert found == bad + b"\n"
    assert row["line_no"] == 2
    assert row["object_key"] == "raw/some/events.jsonl"
    assert row["detail"] == "byte 0: invalid start byte"
    assert len(row["prefix_base64"]) == 4 * -(-4096 // 3)


def test_every_reason_has_a_place_in_the_order_and_notes_set_nothing_aside() -> None:
    assert list(ORDER) == list(Reason)
    assert {str(reason) for reason in NOTES}.isdisjoint(reason for *_, reason in LINES if reason)
