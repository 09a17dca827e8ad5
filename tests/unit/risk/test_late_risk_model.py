"""The late-risk model: its figures, its files, and training on cases with a known end."""

import random
import shutil
from datetime import date
from pathlib import Path

import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score  # type: ignore[import-untyped]

from orchestration.errors import UsageError
from orchestration.risk.figures import Figures, figures, table_row
from orchestration.risk.outcomes import Group, Period, levels_of
from orchestration.risk.training import judged, train
from orchestration.risk.weights import SEED_FILE, read_weights

ROOT = Path(__file__).resolve().parents[3]
PERIOD = Period(date(2025, 9, 1), date(2025, 9, 10), date(2025, 9, 20))
TERMS = ["remaining_days", "status"]


def groups(seed: int = 1) -> list[Group]:
    """Few days left make a late end likely; the state adds a little."""
    rng = random.Random(seed)
    made = []
    for left in range(6):
        for place, status in enumerate(("ASSIGNED", "RESPONDED")):
            late = round(500 * (0.8 - 0.12 * left - 0.1 * place + 0.02 * rng.random()))
            made.append(Group((str(left), status), 90 - 10 * left, 500, max(late, 1)))
    return made


def test_figures_are_those_of_scikit_learn() -> None:
    rng = random.Random(7)
    scores = [round(rng.random(), 2) for _ in range(2000)]
    truths = [rng.random() < score**2 for score in scores]
    found = figures("m", "1", "s", [(s, 1, int(t)) for s, t in zip(scores, truths, strict=True)])
    assert found.auc == pytest.approx(roc_auc_score(truths, scores), abs=5e-5)
    assert found.brier == pytest.approx(brier_score_loss(truths, scores), abs=5e-5)
    assert found.sample_count == 2000
    # Scores that are too high by s - s^2: a sixth in the mean.
    assert found.calibration_error == pytest.approx(1 / 6, abs=0.02)


def test_a_split_of_one_end_alone_has_no_ranking() -> None:
    assert figures("m", "1", "s", [(0.5, 10, 0)]).auc is None


def test_training_finds_what_makes_cases_late_and_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        train(TERMS, groups(), PERIOD).write(tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()
    model = train(TERMS, groups(), PERIOD)
    by_days = [model.by_level["remaining_days", str(left)] for left in range(6)]
    assert by_days == sorted(by_days, reverse=True)
    assert model.score(TERMS, ["0", "ASSIGNED"]) == pytest.approx(0.8, abs=0.05)
    # Never seen: as the average case.
    assert model.score(TERMS, ["99", "UNKNOWN"]) == model.score([], [])
    learned, rule, base = judged(TERMS, groups(2), model, 0.45)
    assert learned.auc is not None
    assert learned.auc > 0.7
    assert (base.auc, rule.model_type) == (0.5, "used_term")
    assert learned.calibration_error < 0.05 < rule.calibration_error


def test_training_needs_both_ends() -> None:
    with pytest.raises(UsageError, match="0 ended late: training needs both ends"):
        train(TERMS, [Group(("1", "ASSIGNED"), 10, 500, 0)], PERIOD)


def test_the_weights_in_use_are_those_of_their_card_and_of_known_terms() -> None:
    weights = read_weights(ROOT)
    assert {term for term, _ in weights.by_level} <= set(levels_of(ROOT))


def test_a_weight_that_was_changed_by_hand_is_refused(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    seed = tmp_path / "seeds" / SEED_FILE
    shutil.copy(ROOT / "seeds" / SEED_FILE, seed)
    assert read_weights(tmp_path) == read_weights(ROOT)
    seed.write_text(seed.read_text("utf-8").replace(",intercept,,-", ",intercept,,-1"))
    with pytest.raises(UsageError, match="but their card says"):
        read_weights(tmp_path)


@pytest.mark.parametrize("page", ["late-risk.md", "late-risk.es.md"])
def test_the_model_card_shows_the_figures_of_the_training(page: str) -> None:
    card = read_weights(ROOT).card
    text = (ROOT / "docs" / page).read_text("utf-8")
    rows = [table_row(Figures(**one)) for one in card["evaluation"]["figures"]]
    assert len(rows) == 3
    assert [row for row in rows if row not in text] == []
