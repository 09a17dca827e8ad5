"""The results of Great Expectations as one page, from the JSON that it gives."""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

STYLE: Final = """
:root{color-scheme:light dark;--ink:#1f2937;--soft:#6b7280;--rule:#e5e7eb;--paper:#fff;
--card:#f9fafb;--good:#15803d;--bad:#b91c1c;--warn:#a16207;--line:#2563eb}
@media (prefers-color-scheme:dark){:root{--ink:#e5e7eb;--soft:#9ca3af;--rule:#374151;
--paper:#111827;--card:#1f2937;--good:#4ade80;--bad:#f87171;--warn:#facc15;--line:#60a5fa}}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);
max-width:1180px;margin:0 auto;padding:1.5rem}
h1{font-size:1.5rem;margin:0 0 .4rem} h2{font-size:1.1rem;margin:2rem 0 .6rem}
.lead{color:var(--soft);margin:.2rem 0 1rem}
.reason{border-left:4px solid var(--bad);padding:.4rem .8rem;background:var(--card)}
.fine{color:var(--good);font-weight:600}
table{border-collapse:collapse;width:100%;font-size:.88rem}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--rule);vertical-align:top}
thead th{color:var(--soft);font-weight:600} .number{text-align:right;font-variant-numeric:
tabular-nums} td.name{overflow-wrap:anywhere;max-width:26rem} .none{color:var(--soft)}
td.FAIL,td.ERROR{color:var(--bad);font-weight:700} td.WARN{color:var(--warn);font-weight:700}
.badge{display:inline-block;border-radius:.6rem;padding:0 .5rem;font-size:.75rem;font-weight:700;
border:1px solid currentColor} .badge.PASS,.badge.PUBLISHED{color:var(--good)}
.badge.FAIL,.badge.ERROR,.badge.FAILED{color:var(--bad)}
.badge.WARN,.badge.DEGRADED{color:var(--warn)}
.badge.SKIPPED,.badge.RUNNING,.badge.COMMITTED,.badge.CANCELLED{color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(330px,100%),1fr));gap:.8rem}
figure{margin:0;padding:.7rem .8rem;background:var(--card);border-radius:.5rem}
figcaption{font-size:.8rem;color:var(--soft);margin-bottom:.3rem;overflow-wrap:anywhere}
svg{width:100%;height:auto;display:block} svg text{font-size:11px;fill:var(--ink)}
.plot polyline{fill:none;stroke:var(--line);stroke-width:1.6}
.plot circle{fill:var(--line)} .plot .limit{stroke:var(--bad);stroke-dasharray:4 3}
.bars rect{fill:var(--line);opacity:.75} .bars .expected{stroke:var(--ink);stroke-width:2}
details{margin:.4rem 0} summary{cursor:pointer;font-weight:600;padding:.2rem 0;
overflow-wrap:anywhere}
.wide{overflow-x:auto}
"""
# A table wider than a telephone moves inside its own box, also by the keyboard.
WIDE: Final = '<div class="wide" tabindex="0">'


def write_page(docs: Path) -> Path:
    """Write `index.html` over all results in the folder, the newest first.

    Args:
        docs: Has `results/<suite>/<try of the run>.json`, as Great Expectations gives them.
    """
    results = []
    for path in (docs / "results").glob("*/*.json"):
        try:
            result = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:  # cut off when the disk was full: no reason to stop the next try
            continue
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
        f"<details{state}><summary>{escape(title)}</summary>"
        f"{WIDE}<table><thead><tr><th></th>"
        "<th>check</th><th>expectation</th><th>parameters</th><th>observed</th><th>severity</th>"
        f"</tr></thead><tbody>{rows}</tbody></table></div></details>"
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
