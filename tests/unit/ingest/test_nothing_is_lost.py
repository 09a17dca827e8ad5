"""Generated registers with faults at known rows: the equation holds, every fault is named."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.ingest.delivering import HEADER, delivered, row
from tests.unit.ingest.test_rows import FAULTS

SKIPPED = {"blank": (";;;;;;", "BLANK_ROW"), "header": (HEADER, "REPEATED_HEADER"),
           "total": ("Total: 9;;;;;;", "TOTAL_ROW")}  # fmt: skip
# A number that is empty or too long is no number of a case; every other fault gets its own.
KINDS = sorted(set(FAULTS) - {"long text"})

lines = st.lists(
    st.one_of(
        st.tuples(st.just("right"), st.text("abcñ \"';,áé0123", max_size=20)),
        st.tuples(st.just("lines"), st.integers(1, 3)),
        st.tuples(st.just("fault"), st.sampled_from(KINDS)),
        st.tuples(st.just("skip"), st.sampled_from(sorted(SKIPPED))),
        st.tuples(st.just("repeat"), st.none()),
    ),
    max_size=30,
)


def holds(planted: list[tuple[str, object]]) -> None:
    rows: list[str] = []
    named: list[tuple[str, int]] = []
    skipped = cases = merged = 0
    line = 2
    for number, (kind, what) in enumerate(planted):
        if kind == "fault":
            text, reason = FAULTS[str(what)]
            text = f"F{number}" + text[1:] if text.startswith("A;") else text
            named.append((reason, line))
        elif kind == "skip":
            text = SKIPPED[str(what)][0]
            skipped += 1
        elif kind == "lines":
            text = row(f"L-{number}", text='"' + "x\n" * int(str(what)) + 'y"')
            cases += 1
        elif kind == "repeat":
            text = row("R")
            is_first = not any(each == text for each in rows)
            cases, merged = cases + is_first, merged + (not is_first)
        else:
            text = row(f"N-{number}", text='"' + str(what).replace('"', '""') + '"')
            cases += 1
        rows.append(text)
        line += 1 + text.count("\n")
    with tempfile.TemporaryDirectory() as folder:
        found = delivered(Path(folder), rows)
    account = found.account
    account.require_equation()
    assert [(item.reason, item.line) for item in found.findings] == named
    assert (account.rows, account.cases, account.merged) == (len(rows), cases, merged)
    assert account.skipped.total() == skipped


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(planted=lines)
def test_every_planted_row_is_named_and_the_equation_holds(
    planted: list[tuple[str, object]],
) -> None:
    holds(planted)


@pytest.mark.slow
@settings(
    max_examples=int(os.environ.get("PQR_TEST_CSVS", "5000")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(planted=lines)
def test_nothing_is_lost_in_five_thousand_registers(planted: list[tuple[str, object]]) -> None:
    holds(planted)
