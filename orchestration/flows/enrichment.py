"""Enrichment as a layer of a run: what models say of the texts, beside bronze."""

from collections.abc import Sequence
from dataclasses import replace

from orchestration.enrichment.bronze import bronze_of_days
from orchestration.enrichment.encoder import installed_version
from orchestration.enrichment.job import EDGES, enrichment_build_id, write_enrichment
from orchestration.enrichment.kept import encoder_in_use, models_in_use
from orchestration.flows.attempt import Attempt, StepOutcome
from orchestration.flows.layers import NothingRaw, reuse_or_build, watched_progress
from orchestration.lake.committed import committed_manifest
from orchestration.lake.manifest import Edge, Manifest
from orchestration.wording import counted


def enrichment(attempt: Attempt) -> StepOutcome:
    """Let the models of type and priority read the messages of citizens.

    Raises:
        UsageError: The models are missing or damaged.
        EncoderMissing: A share of the messages is for `encoder_lr`, whose extra is not installed.
        NothingRaw: The run has no committed bronze.
    """
    committed = committed_manifest(attempt.connection, attempt.run, "bronze")
    if committed is None:
        raise NothingRaw(f"run {attempt.run.run_id} has no committed bronze: `pqr run` writes it")

    bronze = bronze_of_days(attempt.connection, committed)
    home = attempt.settings.home
    models, encoder = models_in_use(home), None
    if attempt.settings.enrichment.encoder_percent:
        installed_version()  # before anything is started
        encoder = encoder_in_use(home)

    def make() -> tuple[Manifest, Sequence[Edge]]:
        manifest = write_enrichment(
            attempt.settings,
            attempt.workers(bronze.rows),
            attempt.run,
            bronze,
            models,
            encoder=encoder,
            on_progress=watched_progress(attempt, "enrichment"),
        )
        return manifest, EDGES

    build = enrichment_build_id(attempt.settings, models, bronze, encoder)
    outcome = reuse_or_build(attempt, "enrichment", build, make, rows_in=bronze.rows)
    if outcome.skipped or outcome.manifest is None:
        return outcome
    return replace(
        outcome, note=f"{counted(outcome.manifest.counts['messages'], 'text')} read by models"
    )
