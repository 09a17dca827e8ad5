"""What an entity publishes holds no identifier that a citizen wrote."""

import zipfile
from pathlib import Path

import pytest

from tests.integration.run.lake import LakeFactory, small_world
from tests.integration.run.test_enrichment import SIGNED, TOKEN

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


def test_no_identifier_of_a_person_is_in_a_report_or_in_open_data(
    new_lake: LakeFactory, tmp_path: Path
) -> None:
    lake, published = new_lake(), tmp_path / "published"
    config = small_world(tmp_path)
    period = ("--period", "2025-09", "--output")
    for command in (
        ("run", "--config", str(config), "--days", "30", "--quiet"),
        ("report", *period, str(published), "--no-pdf"),
        ("export", "open-data", *period, str(published / "data")),
    ):
        done = lake.pqr(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    texts = [str(row[0]) for row in lake.query("select text from serving.messages")]
    planted = {one or other for text in texts for one, other in SIGNED.findall(text)}
    assert len(planted) > 50
    files = [path for path in published.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".html", ".xlsx", ".csv", ".json"}
    assert planted & set(TOKEN.findall("\n".join(map(content, files)))) == set()


def content(file: Path) -> str:
    """What a file says, of a workbook or an archive each part."""
    if not zipfile.is_zipfile(file):
        return file.read_text("utf-8", "replace")
    with zipfile.ZipFile(file) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
