"""The models of a home: those that were evaluated here are kept, and one of each kind is in use.

There are two kinds: the models that read every message, which are kept under the version of their
linear part, and `encoder_lr`. In use is that of the package until another one is chosen.
"""

from pathlib import Path
from typing import Final, TypeVar

from orchestration.enrichment.head import EncoderModel, read_encoder
from orchestration.enrichment.model import MODELS, Models, read_models
from orchestration.errors import UsageError

AnyModels = Models | EncoderModel
_Kind = TypeVar("_Kind", Models, EncoderModel)
_FOLDER: Final = "models"
_IN_USE: Final[dict[type[AnyModels], str]] = {Models: "in_use", EncoderModel: "encoder_in_use"}


def version_of(models: AnyModels) -> str:
    """The version by which a model is called."""
    return models.versions()[models.named_by]


def models_in_use(home: Path) -> Models:
    """The models that runs ask: those of the package, unless others were chosen for this home.

    Raises:
        UsageError: A file is missing or damaged.
    """
    return _in_use(home, read_models())


def encoder_in_use(home: Path) -> EncoderModel:
    """Likewise the `encoder_lr` that runs ask, where they ask one.

    Raises:
        UsageError: A file is missing or damaged.
    """
    return _in_use(home, read_encoder())


def all_in_use(home: Path) -> tuple[Models, EncoderModel]:
    """What runs ask, of both kinds.

    Raises:
        UsageError: A file is missing or damaged.
    """
    return models_in_use(home), encoder_in_use(home)


def in_use_beside(home: Path, models: AnyModels) -> AnyModels:
    """What runs ask of the same kind as these models.

    Raises:
        UsageError: A file is missing or damaged.
    """
    return encoder_in_use(home) if isinstance(models, EncoderModel) else models_in_use(home)


def _in_use(home: Path, packaged: _Kind) -> _Kind:
    try:
        chosen = (home / _FOLDER / _IN_USE[type(packaged)]).read_text("utf-8").strip()
    except OSError:
        return packaged
    models = kept_models(home, chosen)
    if not isinstance(models, type(packaged)):
        raise UsageError(f"model {chosen} is not of the kind {packaged.named_by}: choose another")
    return models


def kept_models(home: Path, version: str) -> AnyModels:
    """The models of a version: of the package, or kept in this home.

    Raises:
        UsageError: No such version, or a file is not the one that was kept.
    """
    for packaged in _packaged():
        if version_of(packaged) == version:
            return packaged
    known = known_versions(home)
    if version not in known:
        raise UsageError(
            f"model {version} is not known here, only {', '.join(known)}:"
            " `pqr models evaluate --models FOLDER` makes another one known"
        )
    models = read_folder(home / _FOLDER / version)
    if version_of(models) != version:
        raise UsageError(
            f"{home / _FOLDER / version} holds {version_of(models)}: its rules or code have"
            " changed since it was evaluated; train it again"
        )
    return models


def read_folder(folder: Path) -> AnyModels:
    """Read the model that `pqr models train` wrote into a folder, of whichever kind.

    Raises:
        UsageError: A file is missing or damaged.
    """
    cards = [(folder / kind.files[1]).exists() for kind in (Models, EncoderModel)]
    return read_encoder(folder) if cards == [False, True] else read_models(folder)


def keep(home: Path, models: AnyModels, folder: Path) -> None:
    """Keep a copy of a model's files in this home, unless it is that of the package."""
    if folder == MODELS:
        return
    target = home / _FOLDER / version_of(models)
    target.mkdir(parents=True, exist_ok=True)
    for name in models.files:
        (target / name).write_bytes((folder / name).read_bytes())


def use_models(home: Path, models: AnyModels) -> None:
    """Let runs of this home ask these models, which must be kept, from now on."""
    pointer = home / _FOLDER / _IN_USE[type(models)]
    pointer.parent.mkdir(parents=True, exist_ok=True)
    fresh = pointer.with_name(f"{pointer.name}.new")
    fresh.write_text(version_of(models) + "\n", "utf-8")
    fresh.replace(pointer)


def known_versions(home: Path) -> list[str]:
    """The versions that can be used here, those of the package first."""
    kept = sorted(path.name for path in (home / _FOLDER).glob("*+*"))
    packaged = [version_of(models) for models in _packaged()]
    return [*packaged, *(version for version in kept if version not in packaged)]


def _packaged() -> tuple[AnyModels, ...]:
    return read_models(), read_encoder()
