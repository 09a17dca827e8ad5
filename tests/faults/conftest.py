"""A small delivery, and the lake as a fault-free attempt leaves it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from attempts import run, write_events

from orchestration.lake.store import ObjectStore
from orchestration.meta.control import connect
from orchestration.settings import Settings


@dataclass(frozen=True)
class Lake:
    """A lake of the test's own, a delivery for it, and eyes on both."""

    settings: Settings
    store: ObjectStore
    connection: psycopg.Connection
    delivery: Path
    folder: Path

    def attempt(self, kill_at: str = "") -> Any:
        return run(self.settings, self.delivery, self.folder / "answer.json", kill_at)

    def objects(self) -> dict[str, str]:
        """Key to sha256 of everything in the bucket."""
        return {facts.key: self.store.digest(facts.key)[1] for facts in self.store.list("")}

    def manifests(self) -> list[tuple[str, str, int]]:
        """Layer, sha256 and attempt of what is committed."""
        return self.connection.execute(
            "select layer, manifest_sha256, attempt from meta.manifest_index order by manifest_seq"
        ).fetchall()


@pytest.fixture
def world(lake: Settings, tmp_path: Path) -> Iterator[Lake]:
    with connect(lake) as connection:
        yield Lake(lake, ObjectStore(lake.s3), connection, write_events(tmp_path), tmp_path)


@pytest.fixture
def committed(world: Lake) -> Lake:
    ended = world.attempt()
    assert ended.answer is not None, ended
    assert "error" not in ended.answer, ended
    return world


@pytest.fixture
def deliver(tmp_path: Path) -> Callable[..., Path]:
    def made(name: str, **how: int) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        return write_events(folder, **how)

    return made
