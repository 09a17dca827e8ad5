"""The figures of models in the control plane, and whether one may take the place of another.

A model is chosen by its figures on every split.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg.types.json import Jsonb

from orchestration.enrichment.encoder import PACKAGE
from orchestration.enrichment.evaluation import SPLITS, Evaluation
from orchestration.enrichment.kept import AnyModels, version_of
from orchestration.errors import WorkFailed


class ModelWorse(WorkFailed):
    """A challenger that is worse than the model in use on some split."""


@dataclass(frozen=True)
class Difference:
    """Macro F1 of the model in use and of a challenger on a split."""

    split: str
    model_type: str
    in_use: float
    challenger: float

    @property
    def is_worse(self) -> bool:
        """Whether the challenger does worse."""
        return self.challenger < self.in_use


def record(
    connection: psycopg.Connection, models: AnyModels, evaluations: Sequence[Evaluation]
) -> None:
    """Write a model and its figures into meta.model_registry and meta.model_evaluation.

    Figures of the same version and split are replaced: they are a function of both.
    """
    training = models.card.get("training", {})
    with connection.transaction():
        for name, version in models.versions().items():
            connection.execute(
                "insert into meta.model_registry"
                " (model_type, model_version, artefact_sha256, training_seed, parameters,"
                "  library_versions) values (%s, %s, %s, %s, %s, %s)"
                " on conflict (model_type, model_version) do update set"
                "  artefact_sha256 = excluded.artefact_sha256, parameters = excluded.parameters",
                [
                    name,
                    version,
                    models.artefact_sha256(name),
                    None if name == "rules" else training.get("seed"),
                    Jsonb(_parameters(models, name)),
                    Jsonb({} if name == "rules" else _libraries(training)),
                ],
            )
        for one in evaluations:
            connection.execute(
                "insert into meta.model_evaluation"
                " (model_type, model_version, split, sample_count, accuracy, macro_f1, coverage,"
                "  accuracy_covered, calibration_error, priority_accuracy, per_class_json,"
                "  confusion_json) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
                " on conflict (model_type, model_version, split) do update set"
                "  sample_count = excluded.sample_count, accuracy = excluded.accuracy,"
                "  macro_f1 = excluded.macro_f1, coverage = excluded.coverage,"
                "  accuracy_covered = excluded.accuracy_covered,"
                "  calibration_error = excluded.calibration_error,"
                "  priority_accuracy = excluded.priority_accuracy,"
                "  per_class_json = excluded.per_class_json,"
                "  confusion_json = excluded.confusion_json",
                [
                    one.model_type,
                    one.model_version,
                    one.split,
                    one.texts_count,
                    one.accuracy,
                    one.macro_f1,
                    one.coverage,
                    one.accuracy_covered,
                    one.calibration_error,
                    one.priority_accuracy,
                    Jsonb(one.f1_by_type),
                    Jsonb(one.confusion),
                ],
            )


def figures(connection: psycopg.Connection, models: AnyModels) -> dict[tuple[str, str], float]:
    """Macro F1 of the models by split and model type, as far as they were recorded."""
    found: dict[tuple[str, str], float] = {}
    for name, version in models.versions().items():
        rows = connection.execute(
            "select split, macro_f1::float from meta.model_evaluation"
            " where model_type = %s and model_version = %s",
            [name, version],
        ).fetchall()
        found |= {(split, name): value for split, value in rows}
    return found


def splits_without_figures(connection: psycopg.Connection, models: AnyModels) -> tuple[str, ...]:
    """Return the splits on which a model was not evaluated yet."""
    known = figures(connection, models)
    return tuple(split for split in SPLITS if (split, models.named_by) not in known)


def compare(
    connection: psycopg.Connection, in_use: AnyModels, challenger: AnyModels
) -> tuple[Difference, ...]:
    """Set two models of a kind side by side, split by split; both were evaluated on each."""
    ours, theirs = (figures(connection, models) for models in (in_use, challenger))
    return tuple(
        Difference(split, name, ours[split, name], theirs[split, name])
        for split in SPLITS
        for name in in_use.compared
    )


def require_not_worse(challenger: AnyModels, differences: Sequence[Difference]) -> None:
    """Refuse a challenger that does worse than the model in use on any split.

    Raises:
        ModelWorse: As it says.
    """
    worse = [one for one in differences if one.is_worse]
    if worse:
        named = ", ".join(
            f"{one.model_type} on {one.split} {one.challenger:.4f} after {one.in_use:.4f}"
            for one in worse
        )
        raise ModelWorse(f"model {version_of(challenger)} is not used, it is worse: {named}")


def _parameters(models: AnyModels, name: str) -> Mapping[str, object]:
    training = {} if name == "rules" else models.card.get("training", {})
    return {"least_margin": models.card["least_margin"][name], "training": training}


def _libraries(training: Mapping[str, object]) -> Mapping[str, object]:
    libraries = {"scikit-learn": training.get("scikit-learn")}
    return {**libraries, PACKAGE: training[PACKAGE]} if PACKAGE in training else libraries
