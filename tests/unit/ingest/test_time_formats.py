"""Formats that would read another instant than is written are refused with the mapping."""

from pathlib import Path

import pytest

from orchestration.ingest.time_formats import require_formats
from tests.unit.ingest.check import check, run
from tests.unit.ingest.delivering import HEADER, row

REFUSED = {
    "afternoon read as night": (["%d/%m/%Y %H:%M %p"], "write %I for %H"),
    "morning or afternoon": (["%d/%m/%Y %I:%M"], "add %p"),
    "UTC as text": (["%Y-%m-%dT%H:%M:%SZ"], "%z reads Z"),
    "UTC as text, milliseconds": (["%Y-%m-%dT%H:%M:%S.%fZ"], "%z reads Z"),
    "an offset as text": (["%Y-%m-%d %H:%M:%S+00:00"], "%z reads Z"),
    "a name of a zone": (["%d/%m/%Y %H:%M %Z"], "%z reads Z"),
    "GMT as text": (["%d/%m/%Y %H:%M GMT"], "%z reads Z"),
    "the hour twice": (["%d/%m/%Y %H:%M %H"], "reads a part of the date or time twice"),
    "no day": (["%m/%Y"], "has no day"),
    "no month": (["%d %Y"], "has no month"),
    "day first and month first": (["%d/%m/%Y", "%m/%d/%Y"], "as different days"),
    "the same, with times": (["%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M"], "as different days"),
    "year first and day first": (["%y-%m-%d", "%d-%m-%y"], "as different days"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_format_that_reads_another_instant_is_refused(name: str) -> None:
    formats, said = REFUSED[name]
    with pytest.raises(ValueError, match=said):
        require_formats(formats)


@pytest.mark.parametrize(
    "formats",
    [
        ["%d/%m/%Y %I:%M %p", "%d/%m/%Y %H:%M", "%d/%m/%Y", "excel"],
        ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d", "%Y%m%d"],
        ["%A, %d de %B de %Y", "%d %b %Y", "%d/%m/%y"],
        ["%Y-%j", "%G-W%V-%u", "excel-1904"],
    ],
)
def test_formats_that_read_what_is_written_are_accepted(formats: list[str]) -> None:
    require_formats(formats)


def test_the_line_of_the_mapping_is_named(tmp_path: Path) -> None:
    register = tmp_path / "register.csv"
    register.write_text(f"{HEADER}\n{row('A')}\n", encoding="utf-8")
    assert check(register)[0] == 0
    path = tmp_path / "mapping.yaml"
    text = path.read_text(encoding="utf-8")
    for bad, said in (
        (text.replace("%d/%m/%Y %H:%M", "%m/%d/%Y"), "times.created_at.formats: '%m/%d/%Y' and"),
        (text + "fields:\tx\n", "is not YAML, line "),
        (text + "text: {column: Asunto: x}\n", "is not YAML, line "),
    ):
        path.write_text(bad, encoding="utf-8")
        code, _, refused = run("ingest", "--check", str(register), "--mapping", str(path))
        assert code == 2
        assert said in refused
        assert "\n" not in refused
    path.write_bytes((text + "# más\n").encode("cp1252"))
    code, _, refused = run("ingest", "--check", str(register), "--mapping", str(path))
    assert (code, refused.endswith("is not UTF-8: save it as UTF-8")) == (2, True)
