"""The content files are valid in Metabase's own format."""

import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration.bi.content import CONTENT

# The public validator of the format: run as a tool, not a part of the project (AGPL).
VALIDATOR = "@metabase/representations@1.2.0"


@pytest.mark.skipif(not shutil.which("npx"), reason="npx: apt install npm")
def test_the_public_validator_passes_the_files_and_sees_a_wrong_one(tmp_path: Path) -> None:
    def validated(folder: Path) -> subprocess.CompletedProcess[str]:
        command = ["npx", "--yes", VALIDATOR, "validate-schema", "--folder", str(folder)]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)

    passed = validated(CONTENT)
    if "npm error" in passed.stderr:
        pytest.skip("npm cannot fetch the validator here")
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "25 passed, 0 failed" in passed.stdout
    wrong = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    (question,) = wrong.rglob("volumen.yaml")
    text = question.read_text()
    assert "display: bar" in text
    question.write_text(text.replace("display: bar", "display: barn"))
    assert validated(wrong).returncode != 0
