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
    """A dataset of the lake, or a reference list, that Postgres serves from `table`.

    `code` is a hash of its publish and serving models: another one lands every object anew.
    """

    name: str
    table: str
    code: str = ""
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
    datasets = []
    for name in names:
        table = _serving_table(models / "serving", name)
        code = _code(models / "publish" / f"publish_{name}.sql", models, table)
        datasets.append(Dataset(name, table, code, _seed(project_root, name)))
    return tuple(datasets)


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


def _code(publish_model: Path, models: Path, table: str) -> str:
    serving_model = models / "serving" / f"serving_{table}.sql"
    return hashlib.sha256(publish_model.read_bytes() + serving_model.read_bytes()).hexdigest()[:12]


def _seed(project_root: Path, name: str) -> Path | None:
    path = project_root / "seeds" / f"{name}.csv"
    return path if path.is_file() else None
