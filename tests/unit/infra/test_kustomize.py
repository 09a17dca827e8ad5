"""The output of kustomize against the schemas of Kubernetes 1.34 and of Dask's operator."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CHECK = ROOT / "infra" / "k8s" / "check.sh"

pytestmark = pytest.mark.skipif(
    not (ROOT / ".venv" / "k8s" / "schemas").exists(),
    reason="kustomize, kubeconform and the schemas: make check-kubernetes (needs Go)",
)


def check(folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([CHECK, folder], capture_output=True, text=True)


def test_the_base_is_valid() -> None:
    done = check(ROOT / "infra" / "k8s" / "base")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Invalid: 0, Errors: 0, Skipped: 0" in done.stdout
    print(done.stdout)


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        ("streamlit.yaml", "readOnlyRootFilesystem", "readOnlyRootFileSystem"),
        ("dask.yaml", "replicas: 2", 'replicas: "two"'),
        ("network.yaml", "policyTypes", "policyType"),
    ],
)
def test_a_field_that_kubernetes_does_not_know_is_an_error(
    tmp_path: Path, file: str, right: str, wrong: str
) -> None:
    for folder in ("k8s/base", "local"):
        shutil.copytree(ROOT / "infra" / folder, tmp_path / folder)
    path = tmp_path / "k8s" / "base" / file
    path.write_text(path.read_text().replace(right, wrong, 1))
    done = check(tmp_path / "k8s" / "base")
    assert done.returncode != 0
    assert "invalid" in done.stdout
