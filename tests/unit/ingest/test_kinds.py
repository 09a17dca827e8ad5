"""Kinds of deliveries, through `pqr ingest --check`: each has the right value, and none is lost."""

import json
import re
from pathlib import Path

import pytest

from tests.unit.ingest.check import check
from tests.unit.ingest.delivering import HEADER, row
from tests.unit.ingest.kinds_of_files import FILES
from tests.unit.ingest.kinds_of_rows import ROWS
from tests.unit.ingest.kinds_of_workbooks import BOOKS

ALL_FILES = {**FILES, **BOOKS}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_of_each_kind_is_a_case_or_is_named(tmp_path: Path, name: str) -> None:
    kind = ROWS[name]
    path = tmp_path / "register.csv"
    path.write_text("\n".join([HEADER, row("N-1"), kind.text, row("N-2")]), encoding="utf-8")
    rules = {}
    if kind.formats:
        formats = [*kind.formats, "%d/%m/%Y %H:%M", "%d/%m/%Y"]
        columns = {"created_at": "Fecha de radicación", "closed_at": "Fecha de respuesta"}
        times = {time: {"column": column, "formats": formats} for time, column in columns.items()}
        rules = {"times": times}
    exit_code, printed, refused = check(path, "--json", "--quarantine-limit", "100", **rules)
    assert exit_code == 0, refused
    report = json.loads(printed)
    assert report["cases"] == 3 - bool(kind.reason or kind.skipped)
    found = [item for item in report["findings"] if not item["reason"].startswith("DATE_")]
    assert [(item["reason"], item["line"]) for item in found] == (
        [(kind.reason, 3)] if kind.reason else []
    )
    assert report["skipped"] == ({kind.skipped: 1} if kind.skipped else {})
    if kind.reason:
        assert found[0]["column"] == kind.column or not kind.column
        assert found[0]["value"] == kind.value or not kind.value
        assert found[0]["cells"]


# 65,535 rows.
LONG = "an old sheet that is full"


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow) if n == LONG else n for n in ALL_FILES]
)
def test_a_file_of_each_kind_is_read_or_refused_with_a_way_out(tmp_path: Path, name: str) -> None:
    kind = ALL_FILES[name]
    path = tmp_path / kind.name
    path.write_bytes(kind.content)
    exit_code, printed, refused = check(path, "--quarantine-limit", "100", **(kind.rules or {}))
    assert exit_code == kind.exit_code, printed + refused
    for pattern in kind.prints:
        assert re.search(pattern, printed + refused), f"{pattern}\n{printed}{refused}"
