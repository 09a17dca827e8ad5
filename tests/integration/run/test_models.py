"""A model is used once its figures are known and are not worse than those of the one in use."""

import csv
import hashlib
import json
import shutil
from pathlib import Path

import pytest

from orchestration.enrichment.evaluation import SPLITS
from orchestration.enrichment.head import read_encoder
from orchestration.enrichment.kept import models_in_use, version_of
from orchestration.enrichment.model import MODELS, read_models
from tests.integration.run.lake import Lake, LakeFactory

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lake(new_lake: LakeFactory) -> Lake:
    made = new_lake()
    assert made.pqr("models", "evaluate").returncode == 0
    return made


def challenger(folder: Path, *, bias: int = 0) -> Path:
    """A copy of the model with a feature that no text has; a bias makes it prefer peticiones."""
    shutil.copytree(MODELS, folder)
    features = folder / "tfidf_lr.csv"
    with features.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(["zzzzz_zzzzz", 9000, 60, 0, 0, 0, 0, 0, 0])
    card = json.loads((folder / "tfidf_lr.json").read_text("utf-8"))
    card["features_sha256"] = hashlib.sha256(features.read_bytes()).hexdigest()
    card["intercepts"]["p"] += bias
    (folder / "tfidf_lr.json").write_text(json.dumps(card), "utf-8")
    return folder


def test_the_figures_of_the_page_are_in_the_control_plane(lake: Lake) -> None:
    rows = lake.query(
        "select split, model_type, macro_f1 from meta.model_evaluation"
        " join meta.model_registry using (model_type, model_version)"
    )
    assert {row[0] for row in rows} == set(SPLITS)
    assert len(rows) == 4 * len(SPLITS)
    page = Path("docs/models.md").read_text("utf-8")
    for split, model_type, macro_f1 in rows:
        (line,) = (row for row in page.splitlines() if row.startswith(f"| {split} | {model_type} "))
        assert f"| {macro_f1} |" in line
    shown = lake.pqr("models", "list").stdout
    assert f"tfidf_lr   {version_of(read_models())}" in shown
    assert f"encoder_lr {version_of(read_encoder())}" in shown
    assert "held_out 0." in shown


def test_a_model_is_evaluated_on_every_split_before_it_is_used(lake: Lake, tmp_path: Path) -> None:
    folder = challenger(tmp_path / "model", bias=7)
    version = version_of(read_models(folder))
    unknown = lake.pqr("models", "use", version)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert f"model {version} is not known here" in unknown.stderr
    evaluated = lake.pqr("models", "evaluate", "--models", str(folder), "--split", "written")
    assert evaluated.returncode == 0
    refused = lake.pqr("models", "use", version)
    assert refused.returncode == 1
    for split in SPLITS:
        assert (f"evaluating {version} on {split}" in refused.stderr) == (split != "written")
    assert f"model {version} is not used, it is worse: " in refused.stderr
    rows = lake.query(f"select split from meta.model_evaluation where model_version = '{version}'")
    assert {split for (split,) in rows} == set(SPLITS)


def test_a_worse_model_is_not_used_and_one_as_good_is(lake: Lake, tmp_path: Path) -> None:
    home = lake.settings.home
    worse, equal = challenger(tmp_path / "worse", bias=1500), challenger(tmp_path / "equal")
    for folder in (worse, equal):
        assert lake.pqr("models", "evaluate", "--models", str(folder)).returncode == 0
    refused = lake.pqr("models", "use", version_of(read_models(worse)))
    assert refused.returncode == 1
    assert "is not used, it is worse: tfidf_lr on same_families" in refused.stderr
    assert models_in_use(home) == read_models()

    version = version_of(read_models(equal))
    try:
        used = lake.pqr("models", "use", version)
        assert used.returncode == 0, used.stderr
        assert models_in_use(home) == read_models(equal)
        assert version in lake.pqr("models", "list").stdout
        kept = home / "models" / version / "tfidf_lr.csv"
        kept.write_bytes(kept.read_bytes().replace(b"zzzzz", b"zzzzy"))
        damaged = lake.pqr("models", "list")
        assert (damaged.returncode, len(damaged.stderr.strip().splitlines())) == (2, 1)
        assert "but its card says" in damaged.stderr
    finally:
        (home / "models" / "in_use").unlink()
