"""Lines of a delivery to the days of raw, none of them judged and none lost."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.errors import UsageError
from orchestration.ingest.days import RangeOfDaysError, by_day, dated, range_of, split_lines
from orchestration.ingest.delivery import read_delivery
from orchestration.ingest.landing import lines_of_cases, partitions_of
from orchestration.ingest.prepare import prepare
from orchestration.lake.paths import parse_source_day
from orchestration.settings import load_settings
from tests.unit.ingest.delivering import HEADER, delivered, mapping, row
from tests.unit.ingest.test_delivered_events import event

FIRST, SECOND = b'{"ts":"2025-09-01T15:00:00Z"}\n', b'{"ts": "2025-09-02T00:00:00-05:00"}\n'
LATE, NONE = b'{"ts":"2025-09-02T04:59:59Z"}\n', b'{"ts":"soon"}\n'


def test_a_line_goes_to_the_colombian_day_of_its_instant() -> None:
    assert [item.day for item in dated([FIRST, SECOND, LATE, NONE])] == [
        date(2025, 9, 1),
        date(2025, 9, 2),
        date(2025, 9, 1),
        None,
    ]


def test_lines_without_a_day_or_out_of_range_go_with_the_first_day() -> None:
    lines = list(dated([FIRST, SECOND, NONE]))
    found = by_day(lines, date(2025, 9, 2), date(2025, 9, 3))
    assert found == {date(2025, 9, 2): [FIRST, SECOND, NONE]}


@given(content=st.binary(max_size=200))
def test_no_byte_is_lost_when_lines_are_split(content: bytes) -> None:
    joined = b"".join(split_lines(content))
    assert joined in (content, content + b"\n")


def test_the_range_is_that_of_the_lines_unless_it_is_given() -> None:
    lines = list(dated([FIRST, SECOND]))
    assert range_of(lines, None, None) == (date(2025, 9, 1), date(2025, 9, 2))
    assert range_of(lines, None, date(2025, 9, 9))[1] == date(2025, 9, 9)
    with pytest.raises(RangeOfDaysError, match="readable"):
        range_of(dated([NONE]), None, None)
    with pytest.raises(RangeOfDaysError, match="2025-09-02"):
        range_of(lines, date(2025, 9, 2), date(2025, 9, 1))
    with pytest.raises(RangeOfDaysError, match="3660"):
        range_of(dated([FIRST, b'{"ts":"2001-01-01T00:00:00Z"}\n']), None, None)


def test_files_are_read_plain_or_compressed_in_the_order_of_names(tmp_path: Path) -> None:
    import gzip

    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(SECOND))
    (tmp_path / "a.jsonl").write_bytes(FIRST)
    (tmp_path / "notes.txt").write_text("not read")
    files = read_delivery(str(tmp_path), load_settings({}))
    assert [(file.name, file.content) for file in files.files] == [
        ("a.jsonl", FIRST),
        ("b.jsonl.gz", SECOND),
    ]
    for name, body in (("cut.jsonl.gz", gzip.compress(FIRST)[:-6]), ("x.parquet", b"")):
        (tmp_path / name).write_bytes(body)
        with pytest.raises(UsageError, match=name):
            read_delivery(str(tmp_path / name), load_settings({}))
    with pytest.raises(UsageError, match="nowhere"):
        read_delivery(str(tmp_path / "nowhere.csv"), load_settings({}))


def test_events_after_the_last_day_land_on_their_days_and_lines_of_jsonl_do_not(
    tmp_path: Path,
) -> None:
    """Bronze refuses a line that is not of the day of its object: none of a case may be."""
    (tmp_path / "in").mkdir()
    rows = [row("A"), row("B", closed="20/05/2025 10:00")]
    (tmp_path / "in" / "a.csv").write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    (tmp_path / "in" / "b.jsonl").write_bytes(
        event(1) + event(2, ts="2025-06-01T14:00:00Z") + event(3, ts="2025-02-01T14:00:00Z")
    )
    first, last = date(2025, 3, 1), date(2025, 3, 31)
    found = prepare(
        load_settings({}), str(tmp_path / "in"), source="email", mapping=mapping(),
        first=first, last=last,
    )  # fmt: skip
    of_cases, _ = lines_of_cases(found)
    landed = partitions_of(found, of_cases, first, last)
    days = {}
    for partition, lines in landed.items():
        source, day = parse_source_day(partition)
        days[source, day] = len(lines)
        for line in dated(lines):
            assert line.day == day or source == "email"
    assert days == {
        ("chat", date(2025, 3, 3)): 12,
        ("chat", date(2025, 3, 10)): 2,
        ("chat", date(2025, 5, 20)): 2,
        ("email", date(2025, 3, 1)): 2,
        ("email", date(2025, 3, 3)): 1,
    }
    assert sum(days.values()) == 3 + sum(map(len, of_cases.values()))


def test_a_range_without_a_case_is_still_a_range(tmp_path: Path) -> None:
    days = (date(2025, 4, 1), date(2025, 4, 30))
    found = delivered(tmp_path, [row("A")], first=days[0], last=days[1])
    assert partitions_of(found, lines_of_cases(found)[0], *days) == {}
