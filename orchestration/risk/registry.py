"""The figures of the late-risk model in the control plane, beside those of the other models."""

from collections.abc import Sequence

import psycopg
from psycopg.types.json import Jsonb

from orchestration.risk.figures import Figures
from orchestration.risk.weights import Weights


def record(connection: psycopg.Connection, weights: Weights, rows: Sequence[Figures]) -> None:
    """Write the model and figures into meta.model_registry and meta.model_evaluation.

    Figures of the same version and split are replaced.
    """
    training = dict(weights.card["training"])
    libraries = {"scikit-learn": training.pop("scikit-learn")}
    with connection.transaction():
        for one in rows:
            connection.execute(
                "insert into meta.model_registry"
                " (model_type, model_version, artefact_sha256, training_seed, parameters,"
                "  library_versions) values (%s, %s, %s, %s, %s, %s)"
                " on conflict (model_type, model_version) do update set"
                "  artefact_sha256 = excluded.artefact_sha256, parameters = excluded.parameters",
                [
                    one.model_type,
                    one.model_version,
                    weights.sha256,
                    training["seed"],
                    Jsonb({"training": training}),
                    Jsonb(libraries),
                ],
            )
            connection.execute(
                "insert into meta.model_evaluation"
                " (model_type, model_version, split, sample_count, base_rate, auc, brier,"
                "  calibration_error) values (%s, %s, %s, %s, %s, %s, %s, %s)"
                " on conflict (model_type, model_version, split) do update set"
                "  sample_count = excluded.sample_count, base_rate = excluded.base_rate,"
                "  auc = excluded.auc, brier = excluded.brier,"
                "  calibration_error = excluded.calibration_error",
                [
                    one.model_type,
                    one.model_version,
                    one.split,
                    one.sample_count,
                    one.base_rate,
                    one.auc,
                    one.brier,
                    one.calibration_error,
                ],
            )
