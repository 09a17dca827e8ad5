"""Which datasets are published and how each is declared: what dbt's parsed project says."""

import csv
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from orchestration.errors import WorkFailed
from orchestration.settings import Settings

_MATERIALIZATION: Final = "served_table"
# What dbt parses, without the rows of seeds: each list is an object with a hash of its own.
_CHECKS: Final = ("checks.py", "rules.py")
_DBT_ROOTS: Final = ("dbt_project", "macros", "seeds", "tests/dbt", "dbt_project.yml")
_DBT_SUFFIXES: Final = {".sql", ".yml", ".md"}
# Other words land every object again. Tables once kept a type that was not declared any more, and
# rounded what landed in them.
_ROWS_AS_OF: Final = "tables have the declared types"


class DeclarationIncomplete(WorkFailed):
    """A served dataset whose yml does not say what serving it needs."""


@dataclass(frozen=True)
class Column:
    """A declared column: `type` is DuckDB's."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Dataset:
    """A dataset of the lake, or a reference list, that PostgreSQL serves from `serving.<table>`.

    Attributes:
        layer: silver, gold or seed.
        schema: Of the view through which people read it.
        partition: The column by which its objects are split: day or month; "" of a reference list.
        grain: The columns that identify a row.
        columns: All that it declares, in their order.
        grid: Of a dense dataset, the members of each column: see `rules.grid_size`.
        grid_grows: Whether further members have rows on some days.
        is_last_partition_only: Whether people see its newest partition alone.
        code: Hash of all that decides the served rows: another one lands every object again.
        declaration: Hash of all that is declared, descriptions and indexes too, and of the checks
            of what is served: with other ones, rows that landed before are checked again.
        seed: The file of a reference list.
    """

    name: str
    table: str
    code: str = ""
    layer: str = "gold"
    schema: str = "gold"
    partition: str = ""
    description: str = ""
    grain: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    grid: Mapping[str, str | Sequence[object]] = field(default_factory=dict)
    grid_grows: bool = False
    is_last_partition_only: bool = False
    declaration: str = ""
    seed: Path | None = None

    @property
    def has_days(self) -> bool:
        """Whether a batch holds the rows of one day: no other batch can hold one of them again."""
        return self.partition == "day"


@dataclass(frozen=True)
class SeedObject:
    """A reference list as an object: its key carries its content, as parts in the lake do."""

    key: str
    sha256: str
    rows: int


def published_datasets(settings: Settings, parse: Callable[[], Any]) -> tuple[Dataset, ...]:
    """The datasets that a serving model serves, in the order of their names.

    dbt parses for seconds, so what it says is kept under `PQR_HOME`, by the hash of its files.

    Args:
        settings: Where the project is, and the home of the cache.
        parse: Gives dbt's parsed project; called only when its files have changed.

    Raises:
        DeclarationIncomplete: A served dataset without grain.
    """
    root = settings.project_root
    cache = settings.home / "dbt" / f"datasets-{_files_hash(root)[:16]}.json"
    if (kept := _read(cache, root)) is not None:
        return kept
    text = json.dumps([asdict(item) for item in declared_datasets(parse())], default=str)
    cache.parent.mkdir(parents=True, exist_ok=True)
    fresh = cache.with_suffix(f".{os.getpid()}")  # another command may write the same
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(cache)
    return tuple(_restored(item, root) for item in json.loads(text))


def known_datasets(settings: Settings, parse: Callable[[], Any]) -> tuple[Dataset, ...]:
    """As `published_datasets`, also of files that have changed since: what a table is called.

    For those who must not wait for dbt, and do not publish.
    """
    kept = (settings.home / "dbt").glob("datasets-*.json")
    newest = max(kept, key=lambda path: path.stat().st_mtime, default=None)
    return (newest and _read(newest, settings.project_root)) or published_datasets(settings, parse)


def declared_datasets(project: Any) -> tuple[Dataset, ...]:
    """The served datasets of dbt's parsed project; the path of a seed is relative to its root.

    Raises:
        DeclarationIncomplete: A served dataset without grain.
    """
    served = [
        (node, project.nodes[node.depends_on.nodes[0]])
        for node in project.nodes.values()
        if str(node.resource_type) == "model" and node.config.materialized == _MATERIALIZATION
    ]
    datasets = [_dataset(project, node, parent) for node, parent in served]
    return tuple(sorted(datasets, key=lambda item: item.name))


def table_names(datasets: Iterable[Dataset]) -> dict[str, str]:
    """The table of each dataset of silver and gold, such as kpi_sla: gold.kpi_sla_daily."""
    return {item.name: f"{item.schema}.{item.table}" for item in datasets if item.seed is None}


def seed_object(dataset: Dataset) -> SeedObject:
    """The reference list of a dataset that has one, as the object that its batch lands."""
    assert dataset.seed is not None  # noqa: S101 -- callers ask for seeds alone
    return seed_object_of(dataset.seed)


def seed_file(project_root: Path, dataset: str) -> Path:
    """The file of a reference list."""
    return project_root / "seeds" / f"{dataset}.csv"


def seed_object_of(path: Path) -> SeedObject:
    """A reference list as it is now; a list that is gone is an object without rows."""
    body = path.read_bytes() if path.is_file() else b""
    sha256 = hashlib.sha256(body).hexdigest()
    rows = sum(1 for _ in csv.reader(body.decode("utf-8").splitlines())) - 1
    return SeedObject(f"seeds/{path.stem}/part-{sha256[:12]}.csv", sha256, rows)


def _dataset(project: Any, node: Any, parent: Any) -> Dataset:
    meta = parent.config.meta
    serving = meta.get("serving") or {}
    if not meta.get("grain"):
        file = (parent.patch_path or parent.original_file_path).rpartition("://")[2]
        raise DeclarationIncomplete(
            f"{file}: {parent.name}: config.meta.grain: is missing: name the columns that identify"
            " a row"
        )
    is_seed = str(parent.resource_type) == "seed"
    types = parent.config.column_types if is_seed else {}
    columns = tuple(
        Column(item.name, (item.data_type or types.get(item.name) or "varchar"), item.description)
        for item in parent.columns.values()
    )
    decides_rows = [
        node.raw_code,
        *(f"{item.name} {item.type}" for item in columns),
        json.dumps([meta["grain"], serving.get("types"), serving.get("partitions")]),
        *(f"{item.name} {item.data_type}" for item in node.columns.values()),
        *_macros(project, node.depends_on.macros),
        _ROWS_AS_OF,
        Path(__file__).with_name("landing.py").read_text(encoding="utf-8"),
    ]
    tests = [
        str(item.test_metadata)
        for item in project.nodes.values()
        if getattr(item, "attached_node", None) == parent.unique_id
    ]
    declared = [
        *decides_rows, json.dumps(meta, default=str), parent.description, *sorted(tests),
        *(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in _CHECKS),
    ]  # fmt: skip
    return Dataset(
        name=parent.alias,
        table=node.alias,
        code=_hash(decides_rows)[:12],
        layer="seed" if is_seed else parent.fqn[1],
        schema=serving.get("schema", ""),
        partition=meta.get("partition", ""),
        description=parent.description,
        grain=tuple(meta["grain"]),
        columns=columns,
        grid=meta.get("grid") or {},
        grid_grows=bool(meta.get("grid_grows")),
        is_last_partition_only=serving.get("partitions") == "last",
        declaration=_hash([*declared, *(item.description for item in columns)])[:12],
        seed=Path(parent.original_file_path) if is_seed else None,
    )


def _macros(project: Any, unique_ids: Iterable[str]) -> list[str]:
    """The project's own macros that these reach, each once."""
    own = f"macro.{project.metadata.project_name}."
    found: dict[str, str] = {}
    waiting = list(unique_ids)
    while waiting:
        unique_id = waiting.pop()
        if unique_id.startswith(own) and unique_id not in found:
            macro = project.macros[unique_id]
            found[unique_id] = macro.macro_sql
            waiting += macro.depends_on.macros
    return [text for _, text in sorted(found.items())]


def _read(cache: Path, root: Path) -> tuple[Dataset, ...] | None:
    with suppress(OSError, ValueError):  # nothing is kept, or a machine that stopped cut it off
        return tuple(_restored(item, root) for item in json.loads(cache.read_text("utf-8")))
    return None


def _restored(item: dict[str, Any], root: Path) -> Dataset:
    columns = tuple(Column(**column) for column in item.pop("columns"))
    seed, grain = item.pop("seed"), tuple(item.pop("grain"))
    return Dataset(**item, columns=columns, grain=grain, seed=root / seed if seed else None)


def _files_hash(root: Path) -> str:
    names = ("datasets.py", "landing.py", *_CHECKS)
    parts = [Path(__file__).with_name(name).read_text() for name in names]
    for name in _DBT_ROOTS:
        path = root / name
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.suffix in _DBT_SUFFIXES:
                parts.append(f"{file.relative_to(root)} {file.read_text(encoding='utf-8')}")
    return _hash(parts)


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
