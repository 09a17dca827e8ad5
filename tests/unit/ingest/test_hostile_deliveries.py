"""Text that would steer a terminal or a spreadsheet is shown, never obeyed."""

import json
import unicodedata
from pathlib import Path

import pytest

from orchestration.cli.lake import _quarantined
from tests.unit.ingest.check import check, run
from tests.unit.ingest.delivering import HEADER, row

HOSTILE = {
    "clear the screen": "\x1b[2J\x1b[H",
    "set a title": "\x1b]0;owned\x07",
    "an escape of one character": "\x9b31m",
    "right to left": "Cali\u202eilac\u202c",
    "a zero-width joiner": "Ca\u200dli",
    "a line of its own": "x\rcan land: the same command without --check",
    "a backspace": "no\x08\x08si",
    "markup of rich": "[red]rojo[/red][link=http://x]y[/link]",
    "a formula": '=HYPERLINK("http://x","y")',
    "a command": "+cmd|' /C calc'!A0",
}


def is_safe(text: str) -> bool:
    return all(unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") for c in text if c != "\n")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_report_shows_hostile_text_and_never_obeys_it(tmp_path: Path, name: str) -> None:
    text = '"' + HOSTILE[name].replace('"', '""') + '"'
    path = tmp_path / "register.csv"
    fields = ("created", "channel", "type", "place", "closed")
    rows = [row(f"A-{n}", **{field: text}) for n, field in enumerate(fields)]
    rows += [row(text), row(text, place="Atlantis"), row("Total", created=text)]
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8", newline="")
    for more in ((), ("--json",), ("--quarantine-limit", "100")):
        _, printed, refused = check(path, *more)
        assert printed
        assert is_safe(printed + refused)
    header = HEADER.replace("Municipio", text)
    path.write_text("\n".join([header, *rows]), encoding="utf-8", newline="")
    exit_code, proposed, _ = run("ingest", "--check", str(path))
    assert exit_code == 0
    assert is_safe(proposed)
    assert is_safe(check(path)[2])


@pytest.mark.parametrize("name", HOSTILE)
def test_lines_of_quarantine_are_shown_and_never_obeyed(tmp_path: Path, name: str) -> None:
    text = HOSTILE[name]
    path = tmp_path / "events.jsonl"
    event = {
        "event_id": text, "ticket_id": text, "event_type": text, "ts": text, "data": {}, text: 1,
    }  # fmt: skip
    path.write_text(f"{json.dumps(event)}\n{text}\n{{}}\n", encoding="utf-8", newline="")
    exit_code, printed, refused = run("ingest", "--check", str(path), "--source", "email")
    assert exit_code == 1
    assert is_safe(printed + refused)
    row_of_a_table = {
        "reason": "UNKNOWN_GEO", "file": text, "line": 2, "column": text, "value": text,
        "accepted": text,
    }  # fmt: skip
    line_of_bronze = {
        "reason": "JSON_SYNTAX", "object_key": "raw/x", "line_no": 2, "detail": text,
        "prefix_base64": "G1sySg==",
    }  # fmt: skip
    assert is_safe(_quarantined(row_of_a_table))
    assert is_safe(_quarantined(line_of_bronze))
