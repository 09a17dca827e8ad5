"""dbt projects that were parsed before, kept in the home: a run of the same code parses nothing.

Nothing but a cache: what is missing, torn or somebody else's is parsed again.
"""

import hashlib
import json
import os
import pickle
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from orchestration.settings import Settings, dbt_variables, is_pqr_run
from orchestration.transform.code_tests import code_of_project

# Versions of the code and environments that a home has seen last.
_MOST_KEPT: Final = 8
_WRITABLE_BY_OTHERS: Final = 0o022


def load(settings: Settings, target: str) -> Any:
    """The parsed project of a target as this environment names its schemas, or None."""
    path = _path(settings, target)
    # Unpickling runs what a file says: only this user may have written it.
    with suppress(Exception), path.open("rb") as file:
        facts = os.fstat(file.fileno())
        if facts.st_uid == os.geteuid() and not facts.st_mode & _WRITABLE_BY_OTHERS:
            from dbt.contracts.graph.manifest import Manifest

            project = Manifest()
            database, facts = pickle.load(file)  # noqa: S301 -- of this user
            project.__dict__.update(facts)
            _move(project, database, settings.postgres.url.database)
            return project
    return None


def is_kept(settings: Settings, target: str) -> bool:
    """Whether `load` has something to read."""
    return _path(settings, target).exists()


def keep(settings: Settings, target: str, project: Any) -> None:
    """Keep a project that was just parsed; a full disk only means that it is parsed again."""
    path = _path(settings, target)
    # Not the object: dbt's own way of pickling leaves fields out and swaps others.
    facts = {name: value for name, value in vars(project).items() if name != "_lock"}
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        written = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            written.touch(mode=0o600)
            content = (settings.postgres.url.database, facts)
            written.write_bytes(pickle.dumps(content, pickle.HIGHEST_PROTOCOL))
            written.replace(path)
        finally:
            written.unlink(missing_ok=True)
        by_age = sorted(path.parent.glob(f"{target}-*"), key=lambda other: other.stat().st_mtime)
        for old in by_age[:-_MOST_KEPT]:
            old.unlink(missing_ok=True)


def _move(project: Any, parsed_in: str, database: str) -> None:
    """Name `database` in the relations of PostgreSQL: of all that is parsed, they alone name it."""
    if parsed_in == database:
        return
    for node in (*project.nodes.values(), *project.sources.values()):
        if node.database == parsed_in:
            node.database = database
            if node.relation_name:
                node.relation_name = node.relation_name.replace(
                    f'"{parsed_in}".', f'"{database}".', 1
                )
    project.build_flat_graph()


def _path(settings: Settings, target: str) -> Path:
    """Named by all that decides the nodes: the project, who reads it, and the environment."""
    of_dbt = dbt_variables()
    of_dbt.pop("DBT_SEND_ANONYMOUS_USAGE_STATS", None)  # decides nothing
    facts = [
        code_of_project(settings.project_root),
        str(settings.project_root),
        sys.version,
        # As in a run, schemas have the names that people see; else they are a sandbox's.
        is_pqr_run(),
        sorted(of_dbt.items()),
    ]
    name = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
    return settings.home / "dbt" / "parsed" / f"{target}-{name}.pickle"
