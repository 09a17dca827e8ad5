"""`pqr ingest --check` refuses the names that the delivery itself would be refused for."""

import re
from pathlib import Path

import pytest

from orchestration.ingest.names import IngestError
from orchestration.ingest.prepare import prepare
from orchestration.settings import load_settings
from tests.unit.ingest.check import check, run
from tests.unit.ingest.delivering import HEADER, row

CHANNELS = "is not one of email, webform, chat, call, other_digital, in_person, postal"
REFUSED = {
    "another channel": ("--source", "fax", f"--source fax {CHANNELS}"),
    "no channel": ("--source", "", f'--source "" {CHANNELS}'),
    "two lines of a channel": ("--source", "a\nb", rf"--source a\x0ab {CHANNELS}"),
    "no world": ("--world", "", "--world is empty: give the lake of these deliveries a name"),
    "a blank world": ("--world", " \t", "--world is empty: give the lake of these deliveries"),
    "a world of two lines": (
        "--world", "a\nb",
        r"--world a\x0ab has line breaks or other characters that nobody sees: give a name without",
    ),
    "a world that turns its text": ("--world", "a\u202eb", r"--world a\x202eb has line breaks or"),
    "a world of bytes that are no text": ("--world", "a\udcff", r"--world a\xff has line breaks"),
    "a long world": (
        "--world", "x" * 3000,
        f"--world {'x' * 57}... has 3,000 characters: give a name of at most 100",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_name_is_refused_with_and_without_a_mapping_and_by_the_delivery(
    tmp_path: Path, name: str
) -> None:
    option, value, said = REFUSED[name]
    path = tmp_path / "register.csv"
    path.write_text(f"{HEADER}\n{row('A')}", encoding="utf-8")
    proposed = run("ingest", "--check", str(path), option, value)
    judged = check(path, option, value)
    assert proposed == judged
    assert (judged[0], judged[1]) == (2, "")
    assert judged[2].startswith(said)
    settings = load_settings({})
    with pytest.raises(IngestError, match=re.escape(judged[2])):
        prepare(settings, str(path), **{"source": "webform", option.removeprefix("--"): value})


def test_a_long_name_of_one_line_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text(f"{HEADER}\n{row('A')}", encoding="utf-8")
    assert check(path, "--world", "Alcaldía de Bogotá, D.C. " + "x" * 75)[0] == 0
