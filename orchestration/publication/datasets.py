"""Which datasets are published, and where: what the dbt models of publish and serving say."""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import WorkFailed


class ModelMissing(WorkFailed):
    """A publish model without its serving model."""


@dataclass(frozen=True)
class Dataset:
    """A dataset of the lake, or a reference list, that Postgres serves from `table`."""

    name: str
    table: str
    seed: Path | None = None


@dataclass(frozen=True)
class SeedObject:
    """A reference list as an object: its key carries its content, as parts in the lake do."""

    key: str
    sha256: str
    rows: int


def published_datasets(project_root: Path) -> tuple[Dataset, ...]:
    """The datasets with a publish model, in the order of their names.

    Raises:
        ModelMissing: A publish model has no serving model of the same name, or with `_daily`.
    """
    models = project_root / "dbt_project" / "models"
    names = sorted(
        path.stem.removeprefix("publish_") for path in (models / "publish").glob("publish_*.sql")
    )
    return tuple(
        Dataset(name, _serving_table(models / "serving", name), _seed(project_root, name))
        for name in names
    )


def seed_object(dataset: Dataset) -> SeedObject:
    """The reference list of a dataset that has one, as the object that its batch lands."""
    assert dataset.seed is not None  # noqa: S101 -- callers ask for seeds alone
    body = dataset.seed.read_bytes()
    sha256 = hashlib.sha256(body).hexdigest()
    rows = sum(1 for _ in csv.reader(body.decode("utf-8").splitlines())) - 1
    return SeedObject(f"seeds/{dataset.name}/part-{sha256[:12]}.csv", sha256, rows)


def _serving_table(folder: Path, name: str) -> str:
    for table in (name, f"{name}_daily"):
        if (folder / f"serving_{table}.sql").is_file():
            return table
    raise ModelMissing(
        f"publish_{name} has no serving model: add serving_{name}.sql or serving_{name}_daily.sql"
        f" to {folder}"
    )


def _seed(project_root: Path, name: str) -> Path | None:
    path = project_root / "seeds" / f"{name}.csv"
    return path if path.is_file() else None
