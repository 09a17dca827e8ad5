"""PostgreSQL never runs as root, wherever the checkout and the home lie."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.services import lifecycle, postgres_place
from orchestration.services.homes import running_postgres
from orchestration.services.process import PROC, Account, Process, StartFailed
from orchestration.settings import PROJECT_ROOT, SIDE_PORTS, Settings, load_settings
from tests.integration.services.conftest import environment

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become someone else")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can pass, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="pqr-open-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def user_of(server: Process | None) -> int:
    assert server is not None
    return (PROC / str(server.pid)).stat().st_uid


def test_the_server_runs_as_who_owns_its_data(settings: Settings) -> None:
    data = postgres_place.folder_of(settings.home) / "data"
    assert user_of(running_postgres(settings.home)) == data.stat().st_uid != 0


@as_root
def test_a_reachable_home_keeps_its_data_inside(
    own_home: dict[str, str], open_folder: Path
) -> None:
    home = open_folder / "home"
    settings = load_settings({**own_home, "PQR_HOME": str(home)})
    try:
        lifecycle.up(settings)
        assert not (home / "postgres").is_symlink()
        assert (home / "postgres" / "data").stat().st_uid == user_of(running_postgres(home)) != 0
    finally:
        lifecycle.delete(home)
    assert not (home / "postgres").exists()


@as_root
def test_a_checkout_and_a_home_below_a_closed_folder_work_all_the_same(
    own_home: dict[str, str],
    open_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    package = postgres_place._packaged()
    for name in (package.name, f"{package.name}.libs"):
        shutil.copytree(package.parent / name, closed / name, symlinks=True)
    monkeypatch.setattr(postgres_place, "_packaged", lambda: closed / package.name)
    monkeypatch.setattr(postgres_place, "OUTSIDE", open_folder / "outside")
    home = closed / "home"
    settings = load_settings({**own_home, "PQR_HOME": str(home)})
    try:
        lifecycle.up(settings)
        server = running_postgres(home)
        assert server is not None
        assert server.argv[0].startswith(f"{open_folder}/outside/postgresql-")
        assert server.argv[2].startswith(f"{open_folder}/outside/home-")
        assert user_of(server) != 0
    finally:
        lifecycle.delete(home)
    assert not list((open_folder / "outside").glob("home-*"))


@as_root
def test_a_home_that_was_moved_keeps_its_database_and_a_copy_is_told_apart(
    own_home: dict[str, str],
    open_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its data lies outside, where the home's own place is noted."""
    monkeypatch.setattr(postgres_place, "OUTSIDE", open_folder / "outside")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    first, moved, copy = closed / "first", closed / "moved", closed / "copy"
    settings = load_settings({**own_home, "PQR_HOME": str(first)})
    lifecycle.up(settings)
    data = postgres_place.folder_of(first)
    assert data.parent == open_folder / "outside"
    lifecycle.down(first)
    first.rename(moved)
    try:
        lifecycle.up(load_settings({**own_home, "PQR_HOME": str(moved)}))
        assert postgres_place.folder_of(moved) == data
        assert running_postgres(moved) is not None
        lifecycle.down(moved)
        shutil.copytree(moved, copy, symlinks=True)
        with pytest.raises(StartFailed, match=f"is a copy of {moved}.*remove {copy}/postgres"):
            lifecycle.up(load_settings({**own_home, "PQR_HOME": str(copy)}))
    finally:
        lifecycle.delete(copy)
        assert data.exists()
        lifecycle.delete(moved)
    assert not data.exists()


@as_root
def test_data_keeps_its_owner(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(tmp_path, nobody.pw_uid, nobody.pw_gid)
    assert postgres_place._account(tmp_path) == Account("nobody", nobody.pw_uid, nobody.pw_gid)


@as_root
def test_an_ordinary_user_brings_everything_up(own_home: dict[str, str], open_folder: Path) -> None:
    """`pqr up`, `status` and `down` by a user without rights, with nothing of root's to hand."""
    account = pwd.getpwnam("nobody")
    python = _interpreter_for(account.pw_uid, account.pw_gid)
    os.chown(open_folder, account.pw_uid, account.pw_gid)
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    extra = {
        **own_home,
        "PQR_HOME": str(open_folder / "home"),
        "HOME": str(open_folder),
        "PYTHONPATH": f"{PROJECT_ROOT}:{packages}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": f"{PROJECT_ROOT}/.venv/bin:{os.environ['PATH']}",
    }
    said = {}
    for command in ("up", "status", "down"):
        done = subprocess.run(
            [python, "-m", "orchestration.cli", command],
            cwd="/",
            env=environment(extra),
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (command, done.stderr)
        said[command] = done.stdout
    assert said["up"].count("started") == 3
    assert said["status"].count("embedded") == 3
    assert said["down"].count("stopped") >= 2
    assert (open_folder / "home").stat().st_uid == account.pw_uid
    assert (open_folder / "home").stat().st_mode & 0o077 == 0


def _interpreter_for(uid: int, gid: int) -> str:
    """A Python of our version that the user can start and that sees the project."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for python in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        try:
            done = subprocess.run(
                [python, "-c", "import os, sys; os.stat(sys.argv[1])", str(PROJECT_ROOT / ".venv")],
                user=uid,
                group=gid,
                extra_groups=[],
                cwd="/",
                check=False,
                capture_output=True,
            )
        except OSError:
            continue
        if done.returncode == 0:
            return python
    pytest.skip("an ordinary user reaches neither this checkout nor a Python of this version")


def test_nothing_is_left_in_the_temporary_folder(own_home: dict[str, str]) -> None:
    """A socket there would keep another user from ever using the port."""
    settings = load_settings(own_home)
    lifecycle.up(settings)
    ours = {str(port) for port in range(settings.s3_port, settings.s3_port + SIDE_PORTS + 1)}
    lifecycle.delete(settings.home)
    left = [path.name for path in Path("/tmp").glob("seaweedfs-*.sock")]
    assert not [name for name in left if name.removesuffix(".sock").rpartition("-")[2] in ours]
