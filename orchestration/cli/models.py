"""`pqr models`: what the models of type and priority say, and how often they are right."""

from pathlib import Path
from typing import Annotated

import typer

group = typer.Typer(help="Models that read a case's text: versions, evaluation, explanation.")


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.add_typer(group, name="models", no_args_is_help=True)


@group.command("list")
def list_models() -> None:
    """Print the models in use with their versions.

    Example: pqr models list
    """
    from orchestration.enrichment.model import read_models

    models = read_models()
    for name, version in models.versions().items():
        margin = models.card["least_margin"][name]
        typer.echo(f"{name:10} {version:24} abstains below a margin of {margin:.2f}")


@group.command()
def evaluate(
    split: Annotated[
        str, typer.Option(help="One split; default: all, the written texts last.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Every figure, a line each.")] = False,
) -> None:
    """Judge every model on texts whose type is known.

    Example: pqr models evaluate --split held_out
    """
    import json

    from orchestration.enrichment.evaluation import SPLITS, TABLE_HEAD, table_row
    from orchestration.enrichment.evaluation import evaluate as evaluated
    from orchestration.enrichment.model import read_models
    from orchestration.errors import UsageError

    if split and split not in SPLITS:
        raise UsageError(f"--split {split}: not a split; they are {', '.join(SPLITS)}")
    models = read_models()
    if not as_json:
        typer.echo(TABLE_HEAD)
    for name in [split] if split else SPLITS:
        for one in evaluated(models, name):
            row = json.dumps(one.row(), ensure_ascii=False, sort_keys=True)
            typer.echo(row if as_json else table_row(one))


@group.command()
def explain(
    text: Annotated[str, typer.Argument(help="A text, or - to read standard input.")],
) -> None:
    """Say what each model makes of a text and why, and what the text names.

    Personal data are masked in what is printed.

    Example: pqr models explain "Me cobraron dos veces el predial, mi cédula es 79.482.113"
    """
    import sys

    from orchestration.cli.last_resort import plain
    from orchestration.enrichment.entities import find_entities, masked
    from orchestration.enrichment.model import judged, read_models
    from orchestration.enrichment.places import find_places

    written = sys.stdin.read() if text == "-" else text
    entities = find_entities(written)
    typer.echo(plain(masked(written, entities)))
    for name, answers in judged(read_models(), [written]).items():
        answer = answers[0]
        verdict = "abstains" if answer["abstained"] else "answers"
        guess = f"{answer['predicted_type'] or 'nothing'} {answer['predicted_priority'] or ''}"
        typer.echo(f"{name:10} {verdict:9} {guess:8} {plain(answer['explain_json'])}")
    for entity in entities:
        typer.echo(f"{entity.kind:10} characters {entity.start} to {entity.end}")
    for place in find_places(written):
        code = place.geo_id or "several of this name"
        typer.echo(f"{'place':10} {plain(place.value)}: {code}")


@group.command()
def train(
    output: Annotated[Path, typer.Option(help="Folder for the two files of the model.")],
    seed: Annotated[int, typer.Option(min=0, help="Decides the training texts.")] = 1,
) -> None:
    """Train the linear model on texts of the simulator's phrase bank.

    The same seed and version of scikit-learn give the same bytes. To use a model, put its files
    into orchestration/enrichment/models.

    Example: pqr models train --output /tmp/model
    """
    from orchestration.enrichment.model import Models, read_models, rules_file
    from orchestration.enrichment.training import train as trained
    from orchestration.errors import UsageError

    model = trained(seed)
    try:
        model.write(output)
    except OSError as error:
        raise UsageError(f"--output {output}: {error.strerror}") from error
    made = Models(model.card, model.features, rules_file()).versions()["tfidf_lr"]
    in_use = read_models().versions()["tfidf_lr"]
    typer.echo(f"tfidf_lr {made} written to {output}; in use: {in_use}")
