"""The steps of the Dockerfile in a clean root file system, and the product in it.

In the place of python:3.11-slim-bookworm: Debian's own minimal bookworm with its Python 3.11.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from replay import Root, replay, stages

ROOT = Path(__file__).resolve().parents[3]
DOCKERFILE = (ROOT / "infra/local/Dockerfile").read_text(encoding="utf-8")
IGNORE = (ROOT / "infra/local/Dockerfile.dockerignore").read_text(encoding="utf-8")
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
REACHING_REGISTRIES = {
    "SSL_CERT_FILE": CERTIFICATES, "PIP_CERT": CERTIFICATES, "PIP_BREAK_SYSTEM_PACKAGES": "1",
}  # fmt: skip

needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or not all(map(shutil.which, ("debootstrap", "unshare", "ip"))),
    reason="root, a network, and: apt install debootstrap iproute2 util-linux",
)


def size(folder: Path) -> int:
    done = subprocess.run(["du", "-sb", folder], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[0])


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minimal Debian; CLEAN_ROOT names one that is there already."""
    given = os.environ.get("CLEAN_ROOT")
    folder = Path(given) if given else tmp_path_factory.mktemp("base") / "root"
    if not given:
        packages = "python3,python3-venv,python3-pip,ca-certificates"
        subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={packages}", "bookworm", folder],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    (folder / "usr/bin/python").unlink(missing_ok=True)
    (folder / "usr/bin/python").symlink_to("python3")
    for path in ("/etc/resolv.conf", "/etc/hosts", CERTIFICATES):
        shutil.copy(path, folder / path.lstrip("/"))
    return folder


@pytest.fixture(scope="module")
def image(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Root]:
    out = tmp_path_factory.mktemp("stages")
    yield replay(DOCKERFILE, ROOT, IGNORE, base, out, **REACHING_REGISTRIES)
    shutil.rmtree(out)


def test_the_dockerfile_has_two_stages_of_one_base() -> None:
    build, final = stages(DOCKERFILE)
    assert (build.name, final.name) == ("build", "final")
    assert build.base == final.base


@needs_root
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_product_works_in_a_root_that_nobody_can_change(image: Root) -> None:
    installed = size(image.folder / "app")
    print(f"installed: {installed / 1e6:.0f} MB in /app")
    assert image.user == "10002:10002"
    for hidden in (".env", ".git", "tests/unit", "docs"):
        assert not (image.folder / "app" / hidden).exists()
    version = image.run("pqr --version", is_read_only=True)
    assert version.returncode == 0, version.stderr
    print(version.stdout)
    writes = image.run("touch /app/x || touch /etc/x || touch /usr/x", is_read_only=True)
    assert writes.returncode != 0
    ran = image.run(
        "export TMPDIR=/var/lib/pqr/tmp; pqr up && pqr run --days 2; code=$?; pqr down; exit $code",
        is_read_only=True,
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    print(ran.stdout)
    assert "publication 1" in ran.stdout


@needs_root
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_file_whose_hash_differs_from_the_lock_is_not_installed(
    base: Path, tmp_path: Path
) -> None:
    context = tmp_path / "context"
    context.mkdir()
    for name in ("pyproject.toml", "uv.lock", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, context)
    lock = context / "uv.lock"
    text = lock.read_text()
    at = text.index('name = "annotated-doc"')
    start = text.index("sha256:", text.index("wheels", at)) + len("sha256:")
    lock.write_text(text[:start] + "0" * 64 + text[start + 64 :])
    steps = DOCKERFILE.split("COPY dbt_project.yml")[0]
    with pytest.raises(RuntimeError, match=r"[Hh]ash mismatch"):
        replay(steps, context, IGNORE, base, tmp_path / "out", **REACHING_REGISTRIES)
