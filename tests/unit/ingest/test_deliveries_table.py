"""The table of deliveries that went wrong says what `pqr ingest --check` says of each."""

import re

import pytest

from tests.unit.ingest.check import run
from tests.unit.ingest.delivering import DELIVERIES

TABLE = (DELIVERIES / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\w+) \|.*\| `(\d+ rows? = [^`]+)` \| (\d) \|$", TABLE, re.M)


def test_every_file_has_a_row() -> None:
    files = {path.name.partition("-")[0] for path in DELIVERIES.glob("*.csv")}
    assert {row[0] for row in ROWS} == files


@pytest.mark.parametrize(("number", "equation", "exit_code"), ROWS, ids=lambda text: text[:20])
def test_a_row_is_what_is_printed(number: str, equation: str, exit_code: str) -> None:
    (file,) = DELIVERIES.glob(f"{number}-*.csv")
    own = DELIVERIES / f"{number}-mapping.yaml"
    mapping = own if own.exists() else DELIVERIES / "mapping.yaml"
    code, printed, refused = run("ingest", "--check", str(file), "--mapping", str(mapping))
    assert printed.splitlines()[0] == equation
    assert code == int(exit_code), refused
