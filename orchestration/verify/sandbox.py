"""The sandboxes of `dbt build`: what each holds in bucket and database, and its removal."""

import re
import time
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg
from psycopg import sql

from orchestration.errors import UsageError, WorkFailed
from orchestration.lake import paths
from orchestration.lake.store import ObjectFacts, ObjectStore
from orchestration.settings import Settings
from orchestration.wording import shown

# As macros/names/generate_schema_name.sql names them.
_SCHEMA = re.compile(r"dev_([a-z0-9_]{1,31})_(landing|serving|silver|gold|core)")


class SandboxInUse(WorkFailed):
    """A sandbox was built a short while ago, or its schemas belong to somebody else."""


@dataclass
class Sandbox:
    """What `dbt build` of one user left: objects of the bucket and schemas of PostgreSQL."""

    user: str
    objects: list[ObjectFacts] = field(default_factory=list)
    schemas: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes of the objects."""
        return sum(facts.size for facts in self.objects)


def sandboxes(settings: Settings, connection: psycopg.Connection) -> dict[str, Sandbox]:
    """Every sandbox by its user; a user of PostgreSQL's names has _ where the bucket has -."""
    found: dict[str, Sandbox] = {}
    for facts in ObjectStore(settings.s3).list(paths.sandbox_prefix()):
        user = facts.key.split("/")[1]
        found.setdefault(user, Sandbox(user)).objects.append(facts)
    by_schema_name = {user.replace("-", "_"): user for user in found}
    rows = connection.execute("select nspname from pg_namespace order by nspname").fetchall()
    for (schema,) in rows:
        if match := _SCHEMA.fullmatch(schema):
            user = by_schema_name.get(match[1], match[1])
            found.setdefault(user, Sandbox(user)).schemas.append(schema)
    return dict(sorted(found.items()))


def remove_sandbox(
    settings: Settings, connection: psycopg.Connection, sandbox: Sandbox, *, older_than: timedelta
) -> None:
    """Drop the schemas of a sandbox and delete its objects. Nothing of a run is in either.

    Raises:
        SandboxInUse: An object is younger than `older_than`, or a schema is somebody else's.
    """
    limit = time.time() - older_than.total_seconds()
    if any(facts.modified >= limit for facts in sandbox.objects):
        raise SandboxInUse(
            f"the sandbox of {sandbox.user} was built in the last"
            f" {older_than.total_seconds() / 3600:g} hours: name a smaller --older-than"
        )
    try:
        with connection.transaction():
            for schema in sandbox.schemas:
                drop = sql.SQL("drop schema {} cascade").format(sql.Identifier(schema))
                connection.execute(drop)
    except psycopg.errors.InsufficientPrivilege as error:
        reason = str(error).splitlines()[0]
        raise SandboxInUse(f"the sandbox of {sandbox.user} is not yours: {reason}") from None
    store = ObjectStore(settings.s3)
    for facts in sandbox.objects:
        store.delete(facts.key)


def sandbox_of(found: dict[str, Sandbox], user: str) -> Sandbox:
    """The sandbox of `user`.

    Raises:
        UsageError: There is none; names those that there are.
    """
    if user not in found:
        others = ", ".join(found) or "none"
        raise UsageError(f"--sandbox {shown(user)}: no such sandbox; there are: {others}")
    return found[user]
