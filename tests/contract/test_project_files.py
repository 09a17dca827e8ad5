"""The files that a repository is expected to have are there and in step with the product."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.mark.parametrize(
    "name",
    ["CHANGELOG.md", "CITATION.cff", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "LICENSE", "NOTICE",
     "README.es.md", "README.md", "SECURITY.md"],
)  # fmt: skip
def test_a_file_of_the_project_is_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 200


def test_the_citation_is_of_this_version_and_licence() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    assert citation["abstract"].strip() == PROJECT["description"]


def test_the_notice_credits_every_list_that_comes_from_others() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for path in (ROOT / "seeds").glob("*.csv"):
        catalogue = (ROOT / "seeds/build/catalogues.py").read_text(encoding="utf-8")
        if f'"{path.stem}"' not in catalogue:
            assert f"seeds/{path.name}" in notice, path.name


def test_every_file_that_the_notice_names_is_there() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for name in re.findall(r"seeds/[\w./]+", notice):
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("readme", ["README.md", "README.es.md"])
def test_the_readme_leads_to_them(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    for name in ("CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "CITATION.cff", "NOTICE"):
        assert f"]({name})" in text, name
