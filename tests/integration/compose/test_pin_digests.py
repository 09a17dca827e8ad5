"""`make pin-digests`, with a docker that answers from a table."""

import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

from resolving import LOCAL

from orchestration.settings import PROJECT_ROOT

IMAGE = re.compile(r"(?:image:|^FROM) ([a-z0-9./-]+:[\w.-]+)(@sha256:[0-9a-f]{64})?", re.MULTILINE)
OUR_OWN = "pqr-hybrid-lakehouse:0.1.0"
DOCKER = """#!/bin/sh
[ "$1 $2 $3" = "buildx imagetools inspect" ] || exit 9
[ "$4" != unknown:1.0 ] || { echo "not found"; exit 0; }
printf 'sha256:%s\\n' "$(printf %s "$4" | sha256sum | cut -d' ' -f1)"
"""


def pin(root: Path, *files: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [root / "infra/local/pin-digests.sh", *files],
        env={"PATH": f"{root}:/usr/bin:/bin"}, capture_output=True, text=True,
    )  # fmt: skip


def checkout(folder: Path) -> Path:
    (folder / "infra/local").mkdir(parents=True)
    for name in ("pin-digests.sh", "compose.yaml", "Dockerfile"):
        shutil.copy(LOCAL / name, folder / "infra/local")
    docker = folder / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    return folder


def test_every_image_but_our_own_gets_the_digest_of_its_tag(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    files = ("infra/local/compose.yaml", "infra/local/Dockerfile")
    before = [(root / name).read_text() for name in files]
    assert pin(root, *files).returncode == 0
    for name, plain in zip(files, before, strict=True):
        pinned = (root / name).read_text()
        found = dict(IMAGE.findall(pinned))
        assert found.keys() == {tag for tag, _ in IMAGE.findall(plain)}
        for tag, digest in found.items():
            wanted = "" if tag == OUR_OWN else f"@sha256:{sha256(tag.encode()).hexdigest()}"
            assert digest == wanted, tag
        assert re.sub("@sha256:[0-9a-f]{64}", "", pinned) == plain
    first = [(root / name).read_text() for name in files]
    assert pin(root, *files).returncode == 0
    assert [(root / name).read_text() for name in files] == first


def test_an_image_without_a_digest_ends_it_by_name(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    (root / "one.yaml").write_text("    image: unknown:1.0\n")
    done = pin(root, "one.yaml")
    assert done.returncode == 1
    assert "unknown:1.0 has no digest: not found" in done.stderr
    assert (root / "one.yaml").read_text() == "    image: unknown:1.0\n"


def test_the_make_target_runs_it() -> None:
    makefile = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^pin-digests:.*\n\t@infra/local/pin-digests.sh$", makefile, re.MULTILINE)
