"""The results of Great Expectations as one page, from the JSON that it gives."""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from orchestration.quality.report.style import STYLE


def write_page(docs: Path) -> Path:
    """Write `index.html` over all results in the folder, the newest first.

    Args:
        docs: Has `results/<suite>/<try of the run>.json`, as Great Expectations gives them.
    """
    results = []
    for path in (docs / "results").glob("*/*.json"):
        result = json.loads(path.read_text(encoding="utf-8"))
        evaluated_at = str(result["meta"].get("batch_markers", {}).get("ge_load_time", ""))
        results.append((evaluated_at, path.parent.name, path.stem, result))
    ordered = sorted(results, key=lambda item: item[:3], reverse=True)
    sections = "".join(_section(*item) for item in ordered)
    page = docs / "index.html"
    page.write_text(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Data Docs</title><style>{STYLE}</style></head><body><h1>Data Docs</h1>"
        '<p class="lead">What Great Expectations evaluated in this run, the newest try first.</p>'
        f"{sections}</body></html>\n",
        encoding="utf-8",
    )
    return page


def _section(evaluated_at: str, suite: str, run_name: str, result: Mapping[str, Any]) -> str:
    counts = result["statistics"]
    passed = f"{counts['successful_expectations']} of {counts['evaluated_expectations']} passed"
    state = "" if result["success"] else " open"
    title = f"{suite}: {passed}, {run_name}, {evaluated_at[:15]} UTC"
    rows = "".join(_row(item) for item in result["results"])
    return (
        f"<details{state}><summary>{escape(title)}</summary><table><thead><tr><th></th>"
        "<th>check</th><th>expectation</th><th>parameters</th><th>observed</th><th>severity</th>"
        f"</tr></thead><tbody>{rows}</tbody></table></details>"
    )


def _row(item: Mapping[str, Any]) -> str:
    config = item["expectation_config"]
    hidden = ("batch_id", "column")
    kwargs = {name: value for name, value in config["kwargs"].items() if name not in hidden}
    result = item["result"]
    observed = result.get("observed_value")
    messages = [
        str(info["exception_message"])
        for info in (item["exception_info"], *item["exception_info"].values())
        if isinstance(info, Mapping) and info.get("exception_message")
    ]
    word = "PASS" if item["success"] else "ERROR" if messages else "FAIL"
    shown = messages[0] if messages else _text(observed)
    return (
        f'<tr><td><span class="badge {word}">{word}</span></td>'
        f'<td class="name">{escape(config["meta"]["check"])}</td><td>{escape(config["type"])}</td>'
        f"<td>{escape(_text(kwargs))}</td><td>{escape(shown)}</td>"
        f"<td>{escape(str(config.get('severity', '')))}</td></tr>"
    )


def _text(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 300 else f"{text[:297]}..."
