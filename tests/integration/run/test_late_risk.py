"""The probability of a late end, as people see it and as it is judged."""

import json

import pytest

from orchestration.risk.outcomes import levels_of
from orchestration.risk.weights import read_weights
from tests.integration.run.lake import ROOT, Lake

pytestmark = pytest.mark.slow


def test_the_list_of_cases_at_risk_says_how_likely_and_why(published: Lake) -> None:
    version = read_weights(ROOT).version
    shown = published.query(
        "select late_risk, late_risk_reasons, late_risk_version from silver.tickets_snapshot"
    )
    assert len(shown) > 1000
    for risk, reasons, of_version in shown:
        assert 0 < float(str(risk)) < 1
        assert len(str(reasons).split("; ")) == 2
        assert of_version == version
    columns = published.query(
        "select column_name from information_schema.columns"
        " where table_schema = 'silver' and table_name = 'v_tickets_at_risk'"
    )
    assert {"late_risk", "late_risk_reasons"} <= {row[0] for row in columns}


def test_what_is_published_is_what_training_would_judge(published: Lake) -> None:
    weights, levels = read_weights(ROOT), levels_of(ROOT)
    columns = ", ".join(f"{level} as t{place}" for place, level in enumerate(levels.values()))
    asked = published.pqr(
        *("sql", "--format", "json", "-c"),
        f"select distinct late_risk, {columns} from silver.tickets_snapshot where not is_overdue",
    )
    assert asked.returncode == 0, asked.stderr
    rows = json.loads(asked.stdout)
    assert len(rows) > 200
    for row in rows:
        values = [row[f"t{place}"] for place in range(len(levels))]
        assert float(row["late_risk"]) == weights.score(list(levels), values)


def test_published_scores_are_judged_and_the_figures_kept(published: Lake) -> None:
    judged = published.pqr("models", "late-risk", "evaluate")
    assert judged.returncode == 0, judged.stderr
    kept = published.query(
        "select model_type, split, sample_count, brier, calibration_error"
        " from meta.model_evaluation where split like '2025-09-01 to %' order by model_type"
    )
    assert [row[0] for row in kept] == ["base_rate", "late_risk", "used_term"]
    for model_type, split, sample_count, *_ in kept:
        assert f"| {split} | {model_type} | {sample_count} |" in judged.stdout


def test_days_that_the_lake_lacks_are_refused_in_a_line(published: Lake) -> None:
    for arguments, said in (
        (("evaluate", "--first", "2026-01-01"), "--first 2026-01-01 --last"),
        (("evaluate", "--last", "tomorrow"), "--last tomorrow is not a date"),
        (
            ("train", "--output", "x", "--last", "2025-09-02", "--known-by", "2025-12-01"),
            "--known-by 2025-12-01: must be later than 2025-09-01",
        ),
    ):
        refused = published.pqr("models", "late-risk", *arguments)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert said in refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1
