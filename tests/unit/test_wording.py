"""How messages say counts and values: one in the singular, and what is empty in sight."""

from pathlib import Path

import openpyxl
import pytest

from orchestration.cli.live import _line
from orchestration.progress import StepEvent
from orchestration.wording import counted, shown
from tests.unit.ingest.check import check, run
from tests.unit.ingest.delivering import HEADER, row


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1200, "1,200 rows")]
)
def test_one_is_in_the_singular(count: int, said: str) -> None:
    assert counted(count, "row") == said


def test_in_a_column_what_follows_stands_below_each_other() -> None:
    assert [counted(count, "row", 6) for count in (1, 2000)] == ["     1 row ", " 2,000 rows"]
    lines = [_line(StepEvent("raw", "done", rows=rows, note="x")) for rows in (1, 20)]
    assert "1 row " in lines[0]
    assert len({line.index("x") for line in lines}) == 1


@pytest.mark.parametrize(
    ("value", "said"), [("fax", "fax"), ("", '""'), ("  ", '"  "'), ("a\nb", r"a\x0ab")]
)
def test_an_empty_value_is_in_sight(value: str, said: str) -> None:
    assert shown(value) == said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("simulate", "--start", ""), '--start "" is not a date: write it as 2025-09-01'),
        (("simulate", "--preview", "--seed", ""), '--seed "" is not a whole number of 64 bits'),
        (("backfill", "--end", "2025-09-02", "--publish", ""), '--publish "" is neither end nor'),
        (("logs", "--level", ""), '--level "" is not one of info, warning, error'),
        (("logs", "--layer", " "), '--layer " " is not one of raw, bronze'),
        (("alerts", "test", "--severity", ""), '--severity "" is neither critical nor warning'),
        (("ingest", "--check", "x.csv", "--start", ""), '--start "" is not a date'),
        (("ingest", "--check", "x.csv", "--source", ""), '--source "" is not one of email'),
    ],
)
def test_an_empty_option_is_named_with_its_value(arguments: tuple[str, ...], said: str) -> None:
    code, printed, refused = run(*arguments)
    assert (code, printed) == (2, "")
    assert refused.startswith(said)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"key": [""]}, 'COLUMN_MISSING: no column "";'),
        ({"sheet": ""}, 'register.xlsx has no sheet "": found Sheet'),
    ],
)
def test_an_empty_name_in_a_mapping_is_in_sight(
    tmp_path: Path, rules: dict[str, object], said: str
) -> None:
    path = tmp_path / "register.xlsx"
    book = openpyxl.Workbook()
    for text in (HEADER, row("A")):
        book.worksheets[0].append(text.split(";"))
    book.save(path)
    code, _, refused = check(path, **rules)
    assert (code, said in refused) == (2, True)


def test_a_delivery_of_one_row_is_counted_in_the_singular(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text(f"{HEADER}\n{row('A')}", encoding="utf-8")
    code, printed, _ = check(path)
    assert code == 0
    assert printed.startswith("1 row = 1 case made + 0 merged")


def test_simulated_files_are_counted_in_the_singular(tmp_path: Path) -> None:
    day = ("--start", "2025-09-01", "--end", "2025-09-01")
    code, printed, _ = run("simulate", *day, "--to", str(tmp_path / "raw"))
    assert code == 0
    objects = [path for path in (tmp_path / "raw").rglob("*.jsonl*") if path.is_file()]
    assert printed.strip().endswith(f"{counted(len(objects), 'object')} in {tmp_path / 'raw'}")
