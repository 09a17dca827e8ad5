"""pqr dictionary: what people can query, column by column."""

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(dictionary)


def dictionary() -> None:
    """Print the data dictionary as Markdown: every served dataset, column, type and description.

    Needs no services. Example: pqr dictionary > dictionary.md
    """
    from functools import partial

    from orchestration.publication.datasets import published_datasets
    from orchestration.publication.dictionary import data_dictionary
    from orchestration.settings import load_settings
    from orchestration.transform.serving import parsed_declarations

    settings = load_settings()
    datasets = published_datasets(settings, partial(parsed_declarations, settings))
    typer.echo(data_dictionary(datasets))
