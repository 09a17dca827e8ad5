"""The models of a home: those that were evaluated here are kept, and one of them is in use.

A model is kept under the version of its linear part. The one in use is that of the package until
another one is chosen.
"""

from pathlib import Path
from typing import Final

from orchestration.enrichment.model import MODELS, Models, read_models
from orchestration.errors import UsageError

_FOLDER: Final = "models"
_IN_USE: Final = "in_use"
# By its version a model is called: that of its part with weights.
NAMED_BY: Final = "tfidf_lr"


def version_of(models: Models) -> str:
    """The version by which a model is called."""
    return models.versions()[NAMED_BY]


def models_in_use(home: Path) -> Models:
    """The models that runs ask: those of the package, unless others were chosen for this home.

    Raises:
        UsageError: A file is missing or damaged.
    """
    try:
        chosen = (home / _FOLDER / _IN_USE).read_text("utf-8").strip()
    except OSError:
        return read_models()
    return kept_models(home, chosen)


def kept_models(home: Path, version: str) -> Models:
    """The models of a version: of the package, or kept in this home.

    Raises:
        UsageError: No such version, or a file is not the one that was kept.
    """
    packaged = read_models()
    if version_of(packaged) == version:
        return packaged
    known = known_versions(home)
    if version not in known:
        raise UsageError(
            f"model {version} is not known here, only {', '.join(known)}:"
            " `pqr models evaluate --models FOLDER` makes another one known"
        )
    models = read_models(home / _FOLDER / version)
    if version_of(models) != version:
        raise UsageError(
            f"{home / _FOLDER / version} holds {version_of(models)}: its rules or code have"
            " changed since it was evaluated; train it again"
        )
    return models


def keep(home: Path, models: Models, folder: Path) -> None:
    """Keep a copy of a model's files in this home, unless it is that of the package."""
    if folder == MODELS:
        return
    target = home / _FOLDER / version_of(models)
    target.mkdir(parents=True, exist_ok=True)
    for name in ("tfidf_lr.csv", "tfidf_lr.json"):
        (target / name).write_bytes((folder / name).read_bytes())


def use_models(home: Path, models: Models) -> None:
    """Let runs of this home ask these models, which must be kept, from now on."""
    pointer = home / _FOLDER / _IN_USE
    pointer.parent.mkdir(parents=True, exist_ok=True)
    fresh = pointer.with_name(f"{_IN_USE}.new")
    fresh.write_text(version_of(models) + "\n", "utf-8")
    fresh.replace(pointer)


def known_versions(home: Path) -> list[str]:
    """The versions that can be used here, that of the package first."""
    kept = sorted(path.name for path in (home / _FOLDER).glob("*+*"))
    packaged = version_of(read_models())
    return [packaged, *(version for version in kept if version != packaged)]
