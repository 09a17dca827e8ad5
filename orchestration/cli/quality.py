"""`pqr quality`: every check of a run, what it measured, and why the run was stopped."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.last_resort import plain
from orchestration.cli.options import path_option
from orchestration.settings import load_settings

if TYPE_CHECKING:
    from orchestration.quality.report.read import Row, RunQuality


def register(app: typer.Typer) -> None:
    """Add `pqr quality` to `app`."""
    app.command()(quality)


def quality(
    run_id: Annotated[
        str | None,
        typer.Argument(
            help="A run of `pqr runs`, or how its id begins; the latest checked one if left out."
        ),
    ] = None,
    html: Annotated[
        Path | None, path_option("--html", help="Write one self-contained page there.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")] = False,
    show_all: Annotated[bool, typer.Option("--all", help="Passing checks too.")] = False,
) -> None:
    """Show the checks of a run by layer, failures first. Exits with 1 when a critical one failed.

    Example: pqr quality --html quality.html
    """
    from orchestration.lake.committed import find_run_id
    from orchestration.meta.control import connect
    from orchestration.quality.report.page import html_page
    from orchestration.quality.report.read import docs_page, read_quality

    settings = load_settings()
    with connect(settings, context="pqr quality") as connection:
        found = read_quality(
            connection, find_run_id(connection, run_id) if run_id is not None else None
        )
    docs = docs_page(settings.home, found.run_id)
    if html is not None:
        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text(html_page(found, docs.as_uri() if docs else None), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(_plain(found), indent=2, ensure_ascii=False, default=str))
    else:
        _table(found, show_all)
        for name, page in (("report", html), ("Data Docs", docs)):
            if page is not None:
                typer.echo(f"{name}: {page}")
    if any(row.result in ("FAIL", "ERROR") for row in found.rows):
        raise typer.Exit(1)


def _table(found: "RunQuality", show_all: bool) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    reason = f": {found.error}" if found.error else ""
    console.print(
        plain(
            f"Run {found.run_id}  {found.date_min} to {found.date_max}  attempt {found.attempt}"
            f"  {found.status}{reason}"
        ),
        markup=False,
        highlight=False,
    )
    layers = Table(box=None, pad_edge=False)
    for title in ("layer", "tool"):
        layers.add_column(title)
    for title in ("passed", "warned", "failed", "error", "skipped", "seconds"):
        layers.add_column(title, justify="right")
    counts = found.counts()
    for layer, tool in dict.fromkeys((row.layer, row.tool) for row in found.rows):
        numbers = [
            str(counts[layer, tool, result] or "-")
            for result in ("PASS", "WARN", "FAIL", "ERROR", "SKIPPED")
        ]
        took = f"{found.check_seconds(layer):.1f}" if tool == "great_expectations" else ""
        layers.add_row(layer, tool, *numbers, took)
    console.print(layers)
    shown = [row for row in found.rows if show_all or row.result not in ("PASS", "SKIPPED")]
    if not shown:
        console.print("No check fails. `pqr quality --all` lists them.", markup=False)
        return
    checks = Table(box=None, pad_edge=False)
    for title in ("result", "severity", "check", "value", "limit", "sample"):
        checks.add_column(title, overflow="fold")
    for row in shown:
        checks.add_row(
            row.result,
            row.severity,
            f"{row.dataset} {row.check_name}",
            _number(row.value),
            _number(row.threshold),
            # Not markup: it may quote a delivery.
            Text(plain(_sample(row))),
        )
    console.print(checks)


def _sample(row: "Row") -> str:
    sample = row.details.get("sample")
    if isinstance(sample, list) and sample:
        return str(sample[0])
    return str(row.details.get("error") or "")[:120]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _plain(found: "RunQuality") -> dict[str, object]:
    return {
        "run_id": str(found.run_id),
        "status": found.status,
        "error": found.error,
        "date_min": found.date_min,
        "date_max": found.date_max,
        "attempt": found.attempt,
        "checks": [
            {
                "layer": row.layer,
                "dataset": row.dataset,
                "check_name": row.check_name,
                "tool": row.tool,
                "severity": row.severity,
                "result": row.result,
                "value": row.value,
                "threshold": row.threshold,
                "details": dict(row.details),
            }
            for row in found.rows
        ],
    }
