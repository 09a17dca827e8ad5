"""Generated registers with faults at known rows: the equation holds, every fault is named."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.ingest.prepare import IngestError
from tests.unit.ingest.delivering import HEADER, delivered, mapping, row
from tests.unit.ingest.kinds_of_rows import ROWS, RowKind
from tests.unit.ingest.test_rows import FAULTS

# Every kind that needs no mapping of its own and is of a moderate size, and is not a number itself:
# each planted row gets a number that no other row has. An empty cell too many is a fault of a row
# only where others have none.
KINDS = {
    name: kind
    for name, kind in {**{n: RowKind(*f) for n, f in FAULTS.items()}, **ROWS}.items()
    if len(kind.text) < 1000
    and name != "extra empty cell"
    and not kind.formats
    and (kind.reason or kind.skipped or kind.text.startswith("K;"))
}
DETECTED = mapping(delimiter=None, encoding=None)

rows_of_a_register = st.lists(
    st.one_of(
        st.tuples(st.just("right"), st.text("abcñ \"';,áé0123", max_size=20)),
        st.tuples(st.just("lines"), st.integers(1, 3)),
        st.tuples(st.just("kind"), st.sampled_from(sorted(KINDS))),
        st.tuples(st.just("kind"), st.sampled_from(sorted(KINDS))),
        st.tuples(st.just("repeat"), st.none()),
    ),
    max_size=30,
)
registers = st.tuples(
    rows_of_a_register,
    st.integers(0, 3),  # lines of a title above the header
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),  # a byte order mark
)
Register = tuple[list[tuple[str, object]], int, str, bool]


@dataclass
class Expected:
    """What is planted: rows that are named (reason, line, column, value), and the counts."""

    named: list[tuple[str, int, str, str]]
    cases: int = 0
    merged: int = 0
    skipped: int = 0


def planted(rows: list[tuple[str, object]], line: int) -> tuple[list[str], Expected]:
    """The rows as text, and what must become of them; the first stands on `line`."""
    texts: list[str] = []
    expected = Expected([])
    for number, (what, detail) in enumerate(rows):
        if what == "kind":
            kind = KINDS[str(detail)]
            is_numbered = kind.text.startswith(("K;", "A;"))
            text = f"F{number}" + kind.text[1:] if is_numbered else kind.text
            if kind.reason:
                value = text if kind.value == kind.text else kind.value
                expected.named.append((kind.reason, line, kind.column, value))
            elif kind.skipped:
                expected.skipped += 1
            else:
                expected.cases += 1
        elif what == "repeat":
            text = row("R")
            expected.merged += text in texts
            expected.cases += text not in texts
        else:
            written = "x\n" * int(str(detail)) if what == "lines" else str(detail)
            text = row(f"N-{number}", text='"' + written.replace('"', '""') + '"')
            expected.cases += 1
        texts.append(text)
        line += 1 + text.count("\n")
    return texts, expected


def holds(register: Register) -> None:
    rows, titles, end, has_mark = register
    texts, expected = planted(rows, titles + 2)
    lines = [*(f"Informe {n}" for n in range(titles)), HEADER, *texts]
    body = (("\ufeff" if has_mark else "") + end.join(lines)).encode()
    with tempfile.TemporaryDirectory() as folder:
        if len(rows) == expected.skipped:
            with pytest.raises(IngestError, match="NO_ROWS"):
                delivered(Path(folder), body, DETECTED)
            return
        found = delivered(Path(folder), body, DETECTED)
    account = found.account
    account.require_equation()
    assert (account.rows, account.cases, account.merged) == (
        len(rows), expected.cases, expected.merged,
    )  # fmt: skip
    assert account.skipped.total() == expected.skipped
    named = [(item.reason, item.line) for item in found.findings]
    assert named == [(reason, line) for reason, line, *_ in expected.named]
    for item, (_, _, column, value) in zip(found.findings, expected.named, strict=True):
        assert item.file == "register.csv"
        assert item.column == column or not column
        assert item.value == value or not value


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(register=registers)
def test_every_planted_row_is_named_and_the_equation_holds(register: Register) -> None:
    holds(register)


@pytest.mark.slow
@settings(
    max_examples=int(os.environ.get("PQR_TEST_CSVS", "5000")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(register=registers)
def test_nothing_is_lost_in_five_thousand_registers(register: Register) -> None:
    holds(register)
