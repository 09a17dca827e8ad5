"""The folder of a home: its disk, its lock."""

import multiprocessing
from pathlib import Path

import pytest

from orchestration.errors import Locked
from orchestration.services import lock
from orchestration.services.disk import require_space
from orchestration.services.process import DiskFull


def test_a_full_disk_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match=r"has \d+ MB left.*free some, or set PQR_HOME"):
        require_space(tmp_path, needed=10**18)


def test_a_disk_with_room_is_no_matter(tmp_path: Path) -> None:
    require_space(tmp_path, needed=1)


def hold(home: Path, ready: "multiprocessing.synchronize.Event") -> None:
    with lock.services_lock(home):
        ready.set()
        multiprocessing.Event().wait(60)


def test_a_lock_ends_with_its_holder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "WAIT_SECONDS", 0.3)
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    holder = context.Process(target=hold, args=(tmp_path, ready))
    holder.start()
    assert ready.wait(30)
    with pytest.raises(Locked, match="wait for it"), lock.services_lock(tmp_path):
        pass
    holder.kill()
    holder.join()
    with lock.services_lock(tmp_path):
        pass
    holder.close()
