"""A world held for as long as this process works on it, across restarts of PostgreSQL."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from orchestration.meta.control import connect
from orchestration.meta.world import RunFacts, lock_world, retake_world, unlock_world
from orchestration.run import World
from orchestration.settings import Settings


class WorldHold:
    """The lock of a world, on a connection that does nothing else. Safe in several threads.

    Attributes:
        world: What is held.
        holder: Its number among those who held it: every claim made under it carries the number.
    """

    def __init__(self, settings: Settings, world: World, facts: RunFacts) -> None:
        self.world = world
        self._settings = settings
        self._mutex = threading.Lock()
        self._connection = connect(settings, context="pqr lock")
        try:
            self.holder = lock_world(self._connection, world, facts)
        except BaseException:
            self._connection.close()
            raise

    def ensure(self) -> None:
        """Take the lock again if its connection was lost, and prove that nobody else had it.

        Raises:
            StaleClaim: Another process has taken the world over.
            DatabaseUnavailable: PostgreSQL does not answer.
        """
        with self._mutex:
            if is_alive(self._connection):
                return
            self._connection.close()
            fresh = connect(self._settings, context="pqr lock")
            try:
                retake_world(fresh, self.world, self.holder)
            except BaseException:
                fresh.close()
                raise
            self._connection = fresh

    def close(self) -> None:
        """Give the world back."""
        if is_alive(self._connection):
            unlock_world(self._connection, self.world)
        self._connection.close()


@contextmanager
def world_held(settings: Settings, world: World, facts: RunFacts) -> Iterator[WorldHold]:
    """Hold `world` for the time of a block.

    Raises:
        WorldLocked: Another process works on the same world.
        DatabaseUnavailable: PostgreSQL does not answer.
    """
    hold = WorldHold(settings, world, facts)
    try:
        yield hold
    finally:
        hold.close()


def is_alive(connection: psycopg.Connection) -> bool:
    """Whether the server still answers on this connection."""
    if connection.closed:
        return False
    try:
        connection.execute("select 1")
    except (psycopg.OperationalError, psycopg.InterfaceError):
        return False
    return True
