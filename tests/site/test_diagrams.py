"""The diagrams of docs/diagrams are those of the code, and have words beside the picture."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PICTURES = sorted((ROOT / "docs" / "diagrams").glob("*.svg"))


def test_every_diagram_is_that_of_the_code(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "infra/site"), "PQR_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "diagrams", "--check"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_a_diagram_has_a_text_alternative_and_fits_a_phone(picture: Path) -> None:
    root = ET.fromstring(picture.read_text(encoding="utf-8"))
    space = {"svg": "http://www.w3.org/2000/svg"}
    assert root.attrib["role"] == "img"
    assert root.findtext("svg:title", namespaces=space)
    assert len(root.findtext("svg:desc", "", space)) > 50
    # 390 pixels less margins: no text of 12 points becomes smaller than 8.
    assert int(root.attrib["width"]) <= 540


def test_the_diagram_of_containers_names_every_service() -> None:
    compose = yaml.safe_load((ROOT / "infra/local/compose.yaml").read_text(encoding="utf-8"))
    picture = (ROOT / "docs/diagrams/containers.svg").read_text(encoding="utf-8")
    for service in compose["services"]:
        assert service in picture, service


@pytest.mark.parametrize("language", ["", ".es"])
def test_every_diagram_is_shown_on_a_page_of_its_language(language: str) -> None:
    pages = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "docs" / "explain").glob("*.md")
        if path.name.endswith(".es.md") == bool(language)
    )
    shown = set(
        re.findall(
            r"!\[[^\]]+\]\(\.\./diagrams/([a-z-]+)" + re.escape(language) + r"\.svg\)", pages
        )
    )
    assert shown == {path.name.removesuffix(".svg").removesuffix(".es") for path in PICTURES}
