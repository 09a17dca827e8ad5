"""Which formats `pqr ingest --check` proposes for dates as the systems of entities write them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from orchestration.ingest.mapping import load_mapping
from tests.unit.ingest.check import run
from tests.unit.ingest.delivering import HEADER, delivered, row

MONTHS = ("enero", "febrero", "marzo", "abril", "mayo", "junio")


def _half(at: datetime) -> str:
    return "a. m." if at.hour < 12 else "p. m."


def _long(at: datetime) -> str:
    return f"{at.day} de {MONTHS[at.month - 1]} de {at.year}"


def _short(at: datetime) -> str:
    return f"{at:%d}-{MONTHS[at.month - 1][:3]}"


# A day alone, or an instant, as they stand in the cell.
DAYS: dict[str, Callable[[datetime], str]] = {
    "Excel in Spanish": lambda at: f"{_short(at)}-{at:%y}",
    "Excel in Spanish, with strokes": lambda at: f"{_short(at)}-{at:%y}".replace("-", "/"),
    "Oracle in English": lambda at: f"{at:%d-%b-%y}".upper(),
    "a short date of Windows": lambda at: f"{at:%d-%m-%y}",
    "a letter": lambda at: _long(at).replace(f"de {at.year}", f"del {at.year}"),
    "a letter without its last word": lambda at: _long(at).replace(f"de {at.year}", f"{at.year}"),
    "the month first": lambda at: f"{MONTHS[at.month - 1]} {at.day} de {at.year}",
    "the month first, in English": lambda at: f"{at:%B} {at.day}, {at.year}",
}
INSTANTS: dict[str, Callable[[datetime], str]] = {
    "a form of the web": lambda at: f"{at:%Y-%m-%dT%H:%M}",
    "ISO and half days": lambda at: f"{at:%Y-%m-%d %I:%M:%S} {_half(at)}",
    "dashes and half days": lambda at: f"{at:%d-%m-%Y %I:%M} {_half(at)}",
    "dashes, seconds and half days": lambda at: f"{at:%d-%m-%Y %I:%M:%S} {_half(at)}",
    "SQL Server": lambda at: f"{at:%d/%m/%Y %H:%M:%S}.000",
    "points": lambda at: f"{at:%d.%m.%Y %H:%M}",
    "Oracle": lambda at: f"{at:%d-%b-%y %I.%M.%S}.000000 {at:%p}".upper(),
    "two digits and seconds": lambda at: f"{at:%d/%m/%y %H:%M:%S}",
    "two digits and half days": lambda at: f"{at:%d/%m/%y %I:%M} {_half(at)}",
    "a month as a word": lambda at: f"{_short(at)}-{at:%Y %H:%M}",
    "a month as a word, and seconds": lambda at: f"{_short(at)}-{at:%Y %H:%M:%S}",
    "a letter and a time": lambda at: f"{_long(at)} {at:%H:%M}",
    "a letter and half days": lambda at: f"{_long(at)} {at:%I:%M} {_half(at)}",
}


@pytest.mark.parametrize("name", [*DAYS, *INSTANTS])
def test_dates_are_proposed_and_read_as_they_are_written(tmp_path: Path, name: str) -> None:
    written = {**DAYS, **INSTANTS}[name]
    first = datetime(2025, 1, 20, 7, 15)
    created = [first + timedelta(days=5 * n, hours=n) for n in range(20)]
    closed = [at + timedelta(days=9) for at in created]
    rows = [
        row(f"A-{n}", created=written(at), closed=written(end))
        for n, (at, end) in enumerate(zip(created, closed, strict=True))
    ]
    body = "\n".join([HEADER, *rows]).encode()
    (tmp_path / "register.csv").write_bytes(body)
    code, printed, refused = run("ingest", "--check", str(tmp_path / "register.csv"))
    assert code == 0, refused
    assert "is read by no format" not in printed
    path = tmp_path / "proposed.yaml"
    path.write_text(printed, encoding="utf-8")
    found = delivered(tmp_path, body, load_mapping(path))
    assert not found.findings
    dates = [case.dates for case in found.cases]
    form = "%Y-%m-%d" if name in DAYS else "%Y-%m-%d %H:%M"
    assert [f"{each.created.at:{form}}" for each in dates] == [f"{at:{form}}" for at in created]
    ends = [each.closed.at if each.closed else None for each in dates]
    assert [end and f"{end:{form}}" for end in ends] == [f"{at:{form}}" for at in closed]
