"""What the image is made of: lint, bill of materials, licences, and hashes of all of it."""

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOCKERFILE = ROOT / "infra" / "local" / "Dockerfile"
LOCK = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
# What a program that is given away under Apache-2.0 may use as a library. The GPL is not among
# them, unless another licence can be chosen.
ACCEPTED = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python|MPL|Mozilla|LGPL|Lesser|Unlicense|Zlib|CC0|CNRI|HPND|Artistic",
    re.IGNORECASE,
)


def supply(kind: str, path: Path) -> str:
    done = subprocess.run(
        [ROOT / "infra" / "supply.sh", kind, path], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(path)
    return path.read_text(encoding="utf-8")


def test_the_dockerfile_has_no_finding_of_hadolint() -> None:
    done = subprocess.run(
        [ROOT / ".venv/bin/hadolint", "--no-color", DOCKERFILE], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout == ""


def test_the_image_is_small_closed_and_installs_what_is_locked() -> None:
    text = DOCKERFILE.read_text(encoding="utf-8")
    assert len(re.findall(r"^FROM \S+:\d+\.\d+\.\d+-slim", text, re.MULTILINE)) == 2
    last = text.split("\nFROM ")[-1]
    # Compilers, uv and its cache stay in the first stage.
    assert not re.search(r"\b(uv|pip|apt-get|curl)\b", last.split("\n", 1)[1])
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last, re.MULTILINE)
    assert "--chown" not in last
    assert not re.search(r"^ADD |curl|wget|latest|(PASSWORD|SECRET|TOKEN)=", text, re.MULTILINE)
    for command in re.findall(r"uv sync[^\n&]*", text):
        assert "--locked" in command
        assert "--no-dev" in command


def test_every_file_of_the_lock_has_its_hash() -> None:
    for package in LOCK["package"]:
        files: list[dict[str, Any]] = [
            *package.get("wheels", []),
            *filter(None, [package.get("sdist")]),
        ]
        assert files or package["source"] == {"editable": "."}, package["name"]
        for file in files:
            assert re.fullmatch(r"sha256:[0-9a-f]{64}", file["hash"]), file["url"]
            assert file["url"].startswith("https://files.pythonhosted.org/")
    bootstrap = (ROOT / "infra" / "bootstrap.sh").read_text(encoding="utf-8")
    assert "uv sync --quiet --locked" in bootstrap
    assert "--require-hashes" in bootstrap


def test_the_bill_of_materials_names_what_the_image_installs(tmp_path: Path) -> None:
    bill = json.loads(supply("sbom", tmp_path / "sbom.cdx.json"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    locked = {package["name"]: package["version"] for package in LOCK["package"]}
    components = {it["name"]: it for it in bill["components"]}
    assert {"duckdb", "dbt-core", "prefect", "streamlit", "pyarrow"} <= components.keys()
    assert not {"pytest", "ruff", "mkdocs-material"} & components.keys()
    for name, component in components.items():
        assert component["version"] == locked[name]
        assert component["purl"] == f"pkg:pypi/{name}@{locked[name]}"
        hashes = [it["hashes"] for it in component["externalReferences"]]
        assert all(entry[0]["alg"] == "SHA-256" for entry in hashes)


def test_every_licence_is_known_and_may_be_used(tmp_path: Path) -> None:
    rows = supply("licences", tmp_path / "licences.md").splitlines()[2:]
    assert len(rows) > 150
    for row in rows:
        name, _, licence, *_ = (cell.strip() for cell in row.strip("|").split("|"))
        assert licence != "UNKNOWN", name
        assert ACCEPTED.search(licence), f"{name}: {licence}"


@pytest.mark.parametrize("kind", ["", "other"])
def test_another_word_is_refused(kind: str, tmp_path: Path) -> None:
    done = subprocess.run([ROOT / "infra/supply.sh", kind, tmp_path / "x"], capture_output=True)
    assert done.returncode == 2
