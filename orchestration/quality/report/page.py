"""The report of a run as one page: no script, no font, no request."""

from collections.abc import Iterable
from html import escape
from typing import Final

from orchestration.quality.gx_page import STYLE, WIDE
from orchestration.quality.report.plots import bars, line
from orchestration.quality.report.read import LAYERS, Row, RunQuality

_WORDS: Final = {
    "PASS": "pasa · passed",
    "WARN": "advierte · warned",
    "FAIL": "falla · failed",
    "ERROR": "sin medir · not made",
    "SKIPPED": "sin base · skipped",
}
_MOST_TRENDS = 24


def html_page(quality: RunQuality, docs: str | None = None) -> str:
    """The whole page.

    Args:
        quality: What is shown.
        docs: Where the Data Docs of the run are, to link to.
    """
    title = f"Calidad · Quality {quality.date_min} – {quality.date_max}"
    parts = [_head(quality, docs), _matrix(quality), _not_passed(quality), _shares(quality)]
    parts += [_trends(quality), _all(quality)]
    return (
        '<!doctype html><html lang="es"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1>{''.join(parts)}</body></html>\n"
    )


def _head(quality: RunQuality, docs: str | None) -> str:
    link = f' · <a href="{escape(docs)}">Data Docs</a>' if docs else ""
    # Text of others stays text, and marks of direction in it turn nothing around it.
    reason = f'<p class="reason"><bdi>{escape(quality.error)}</bdi></p>' if quality.error else ""
    # A check without a basis passed nothing: it counts neither way, as on the dashboard and report.
    skipped = sum(row.result == "SKIPPED" for row in quality.rows)
    checks = len(quality.rows) - skipped
    fine = sum(row.result == "PASS" for row in quality.rows)
    beside = f" (+ {skipped} {_WORDS['SKIPPED']})" if skipped else ""
    return (
        f'<p class="lead"><span class="badge {quality.status}">{quality.status}</span>'
        f" {fine} de/of {checks}{beside} · intento/attempt {quality.attempt} ·"
        f" <code>{quality.run_id}</code>{link}</p>{reason}"
    )


def _matrix(quality: RunQuality) -> str:
    counts = quality.counts()
    pairs = sorted(
        {(layer, tool) for layer, tool, _ in counts},
        key=lambda pair: (LAYERS.index(pair[0]) if pair[0] in LAYERS else 9, pair[1]),
    )
    rows = []
    for layer, tool in pairs:
        cells = "".join(_count(counts[layer, tool, result], result) for result in _WORDS)
        seconds = quality.check_seconds(layer) if tool == "great_expectations" else None
        took = f"{seconds:.1f} s" if seconds is not None else ""
        rows.append(
            f"<tr><th>{escape(layer)}</th><td>{escape(tool)}</td>{cells}"
            f'<td class="number">{took}</td></tr>'
        )
    heads = "".join(f"<th>{escape(word)}</th>" for word in _WORDS.values())
    return (
        f"<h2>Por capa · By layer</h2>{WIDE}<table><thead><tr><th>capa · layer</th>"
        f"<th>herramienta · tool</th>{heads}<th>s</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _count(count: int, result: str) -> str:
    return f'<td class="number {result if count else "none"}">{count or "·"}</td>'


def _not_passed(quality: RunQuality) -> str:
    rows = [row for row in quality.rows if row.result in ("FAIL", "ERROR", "WARN")]
    if not rows:
        return '<p class="fine">Ninguna comprobación falla. · No check fails.</p>'
    return f"<h2>No aprobadas · Not passed</h2>{_table(rows, with_sample=True)}"


def _shares(quality: RunQuality) -> str:
    cards = [
        f"<figure><figcaption>{escape(row.dataset)} {escape(row.check_name)} {_badge(row)}"
        f"</figcaption>{bars(row.details['observed'], row.details.get('expected') or {})}</figure>"
        for row in quality.rows
        if row.details.get("observed")
    ]
    if not cards:
        return ""
    note = "<p>Barra: medido. Raya: configurado. · Bar: measured. Tick: configured.</p>"
    return f'<h2>Distribuciones · Shares</h2>{note}<div class="cards">{"".join(cards)}</div>'


def _trends(quality: RunQuality) -> str:
    cards = []
    if len(quality.pass_rates) > 1:
        points = [(day, round(pct, 2)) for day, pct, _ in quality.pass_rates]
        cards.append(_card("Pasan · pass rate %", line(points)))
    for trend in quality.trends[:_MOST_TRENDS]:
        points = [(str(day), value) for day, value in trend.values]
        cards.append(_card(f"{trend.dataset} {trend.check_name}", line(points, trend.threshold)))
    if not cards:
        return ""
    return f'<h2>Tendencias · Trends</h2><div class="cards">{"".join(cards)}</div>'


def _all(quality: RunQuality) -> str:
    parts = []
    for layer in LAYERS:
        rows = [row for row in quality.rows if row.layer == layer]
        if rows:
            parts.append(
                f"<details><summary>{layer}: {len(rows)}</summary>{_table(rows)}</details>"
            )
    return f"<h2>Todas · All checks</h2>{''.join(parts)}"


def _table(rows: Iterable[Row], *, with_sample: bool = False) -> str:
    body = "".join(_line(row, with_sample) for row in rows)
    sample = "<th>muestra · sample</th>" if with_sample else ""
    return (
        f"{WIDE}<table><thead><tr><th></th><th>conjunto · dataset</th><th>comprobación · check</th>"
        f"<th>valor · value</th><th>límite · limit</th><th>tool</th>{sample}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _line(row: Row, with_sample: bool) -> str:
    sample = ""
    if with_sample:
        shown = row.details.get("sample") or row.details.get("error") or row.details.get("message")
        texts = shown if isinstance(shown, list) else [shown or ""]
        sample = (
            f"<td>{'<br>'.join(f'<bdi>{escape(str(text)[:160])}</bdi>' for text in texts)}</td>"
        )
    value = "" if row.value is None else f"{row.value:,.6g}"
    return (
        f"<tr><td>{_badge(row)}</td><td>{escape(row.dataset)}</td>"
        f'<td class="name">{escape(row.check_name)}</td><td class="number">{value}</td>'
        f'<td class="number">{_limit(row)}</td><td>{escape(row.tool)}</td>{sample}</tr>'
    )


def _limit(row: Row) -> str:
    limits = row.details.get("limits") or {}
    least, most = limits.get("min"), limits.get("max")
    if least is not None and most is not None and least != most:
        return f"{least:.6g} – {most:.6g}"
    return "" if row.threshold is None else f"{row.threshold:.6g}"


def _badge(row: Row) -> str:
    return f'<span class="badge {row.result}" title="{row.severity}">{row.result}</span>'


def _card(caption: str, plot: str) -> str:
    return f"<figure><figcaption>{escape(caption)}</figcaption>{plot}</figure>"
