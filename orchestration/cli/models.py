"""`pqr models`: what the models of type and priority say, and how often they are right."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.late_risk import group as late_risk
from orchestration.cli.options import path_option

group = typer.Typer(help="Models that read a case's text: versions, evaluation, explanation.")


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    group.add_typer(late_risk, name="late-risk", no_args_is_help=True)
    app.add_typer(group, name="models", no_args_is_help=True)


@group.command("list")
def list_models() -> None:
    """Print the models in use with their versions, and which others are known.

    Example: pqr models list
    """
    from orchestration.enrichment.kept import all_in_use, known_versions, version_of
    from orchestration.enrichment.registry import figures
    from orchestration.errors import ServiceUnavailable
    from orchestration.meta.control import connect
    from orchestration.settings import load_settings

    settings = load_settings()
    in_use = all_in_use(settings.home)
    try:
        with connect(settings, context="pqr models") as connection:
            known = figures(connection, in_use[0]) | figures(connection, in_use[1])
    except ServiceUnavailable:
        known = {}  # what is in use is known without PostgreSQL
    for models in in_use:
        for name, version in models.versions().items():
            margin = models.card["least_margin"][name]
            of_splits = [
                f"{split} {value:.4f}" for (split, kind), value in known.items() if kind == name
            ]
            shown = f"; macro F1: {', '.join(of_splits)}" if of_splits else ""
            typer.echo(f"{name:10} {version:24} abstains below a margin of {margin:.2f}{shown}")
    for version in known_versions(settings.home):
        if version not in [version_of(models) for models in in_use]:
            typer.echo(f"not in use {version}")


@group.command()
def evaluate(
    split: Annotated[
        str, typer.Option(help="One split; default: all, the written texts last.")
    ] = "",
    folder: Annotated[
        Path | None, path_option("--models", help="Folder of another model, as `train` writes it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Every figure, a line each.")] = False,
) -> None:
    """Judge every model on texts whose type is known, and record the figures.

    Example: pqr models evaluate --split held_out
    """
    import json

    from orchestration.enrichment.encoder import EncoderMissing, installed_version
    from orchestration.enrichment.evaluation import SPLITS, TABLE_HEAD, table_row
    from orchestration.enrichment.evaluation import evaluate as evaluated
    from orchestration.enrichment.kept import encoder_in_use, keep, models_in_use, read_folder
    from orchestration.enrichment.registry import record
    from orchestration.errors import ServiceUnavailable, UsageError
    from orchestration.meta.control import connect
    from orchestration.settings import load_settings

    if split and split not in SPLITS:
        raise UsageError(f"--split {split}: not a split; they are {', '.join(SPLITS)}")
    settings = load_settings()
    if folder:
        judged = [read_folder(folder)]
    else:
        judged = [models_in_use(settings.home)]
        try:
            installed_version()
            judged.append(encoder_in_use(settings.home))
        except EncoderMissing as error:
            typer.echo(f"encoder_lr is left out: {error}", err=True)
    if not as_json:
        typer.echo(TABLE_HEAD)
    figures = []
    for name in [split] if split else SPLITS:
        for models in judged:
            for one in evaluated(models, name):
                figures.append((models, one))
                row = json.dumps(one.row(), ensure_ascii=False, sort_keys=True)
                typer.echo(row if as_json else table_row(one))
    if folder:
        keep(settings.home, judged[0], folder)
    try:
        with connect(settings, context="pqr models") as connection:
            for models in judged:
                record(connection, models, [one for of, one in figures if of is models])
    except ServiceUnavailable as error:
        typer.echo(f"not recorded in meta.model_evaluation: {error}", err=True)


@group.command()
def compare(
    version: Annotated[str, typer.Argument(help="A version that `pqr models list` shows.")],
) -> None:
    """Set a model beside the one in use, split by split; exit code 1 when it is worse on one.

    Example: pqr models compare 1.1.0+0123456789ab
    """
    _compared(version)


@group.command()
def use(
    version: Annotated[str, typer.Argument(help="A version that `pqr models list` shows.")],
    force: Annotated[
        bool, typer.Option("--force", help="Also when it is worse: to go back to an earlier one.")
    ] = False,
) -> None:
    """Let runs ask another model from now on, if it is not worse on any split.

    Example: pqr models use 1.1.0+0123456789ab
    """
    from orchestration.enrichment.kept import kept_models, use_models
    from orchestration.enrichment.registry import ModelWorse
    from orchestration.settings import load_settings

    try:
        _compared(version)
    except ModelWorse as error:
        if not force:
            raise
        typer.echo(str(error), err=True)
    home = load_settings().home
    use_models(home, kept_models(home, version))
    typer.echo(f"in use: {version}; the next run reads texts with it")


def _compared(version: str) -> None:
    """Print the table of `compare`; raise ModelWorse where the challenger is.

    What was not evaluated yet, of the model in use too, is evaluated first and recorded.
    """
    from orchestration.enrichment.evaluation import evaluate as evaluated
    from orchestration.enrichment.kept import in_use_beside, kept_models, version_of
    from orchestration.enrichment.registry import compare as compared
    from orchestration.enrichment.registry import (
        record,
        require_not_worse,
        splits_without_figures,
    )
    from orchestration.meta.control import connect
    from orchestration.settings import load_settings

    settings = load_settings()
    challenger = kept_models(settings.home, version)
    in_use = in_use_beside(settings.home, challenger)
    with connect(settings, context="pqr models") as connection:
        for models in (in_use, challenger):
            for split in splits_without_figures(connection, models):
                typer.echo(f"evaluating {version_of(models)} on {split}", err=True)
                record(connection, models, evaluated(models, split))
        differences = compared(connection, in_use, challenger)
    typer.echo("split          model      macro F1 in use  challenger")
    for one in differences:
        mark = "  worse" if one.is_worse else ""
        typer.echo(
            f"{one.split:14} {one.model_type:10} {one.in_use:15.4f} {one.challenger:11.4f}{mark}"
        )
    require_not_worse(challenger, differences)


@group.command()
def explain(
    text: Annotated[
        str,
        typer.Argument(help="A text, the number or ticket_id of a case, or - for a text piped in."),
    ],
) -> None:
    """Say what each model makes of a text or of a published case and why, and what the text names.

    Personal data are masked in what is printed.

    Example: pqr models explain "Me cobraron dos veces el predial, mi cédula es 79.482.113"
    """
    import sys

    from orchestration.cli.last_resort import plain
    from orchestration.enrichment.explain import explained
    from orchestration.enrichment.kept import all_in_use
    from orchestration.enrichment.published import Case, case_of, is_case
    from orchestration.errors import UsageError
    from orchestration.meta.control import connect
    from orchestration.settings import load_settings

    settings = load_settings()
    case: Case | None = None
    if is_case(text):
        with connect(settings, context="pqr models") as connection:
            case = case_of(connection, text)
        for line in case.lines():
            typer.echo(plain(line))
    written = case.text if case else sys.stdin.read() if text == "-" else text
    if not (case or written.strip()):
        raise UsageError(f"TEXT {written!r} has no word to read: write some words, or name a case")
    for line in explained(*all_in_use(settings.home), written):
        typer.echo(plain(line))


@group.command()
def train(
    output: Annotated[Path, path_option(help="Folder for the two files of the model.")],
    seed: Annotated[int, typer.Option(min=0, help="Decides the training texts.")] = 1,
    model: Annotated[str, typer.Option(help="tfidf_lr or encoder_lr.")] = "tfidf_lr",
) -> None:
    """Train a linear model on texts of the simulator's phrase bank.

    The same seed and version of scikit-learn give the same bytes. Then `pqr models evaluate
    --models FOLDER`, `compare` and `use` decide whether runs ask it.

    Example: pqr models train --output trained
    """
    from collections.abc import Callable

    from orchestration.enrichment.head_training import train_head
    from orchestration.enrichment.kept import in_use_beside, read_folder, version_of
    from orchestration.enrichment.training import Trained
    from orchestration.enrichment.training import train as train_features
    from orchestration.errors import UsageError
    from orchestration.settings import load_settings

    trainings: dict[str, Callable[[int], Trained]]
    trainings = {"tfidf_lr": train_features, "encoder_lr": train_head}
    if model not in trainings:
        raise UsageError(f"--model {model}: not one that is trained: {', '.join(trainings)}")
    home = load_settings().home
    trained = trainings[model](seed)
    try:
        trained.write(output)
    except OSError as error:
        raise UsageError(f"--output {output}: {error.strerror}") from error
    made = read_folder(output)
    in_use = version_of(in_use_beside(home, made))
    typer.echo(f"{model} {version_of(made)} written to {output}; in use: {in_use}")
