"""Small plots as inline SVG: no script, no request, readable in light and dark."""

from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _HEIGHT, _PAD = 260, 64, 6


def line(values: Sequence[tuple[str, float]], threshold: float | None = None) -> str:
    """A line through values in order, with a dashed limit; each point has its label.

    Args:
        values: (label, value), at least one.
        threshold: Drawn when it lies near the values.
    """
    numbers = [value for _, value in values]
    low, high = min(numbers), max(numbers)
    if threshold is not None and low - (high - low or 1) <= threshold <= high + (high - low or 1):
        low, high = min(low, threshold), max(high, threshold)
    if low == high:
        low, high = low - 1, high + 1
    spread = high - low

    def x(index: int) -> float:
        return _PAD + index * (_WIDTH - 2 * _PAD) / max(len(values) - 1, 1)

    def y(value: float) -> float:
        return _HEIGHT - _PAD - (value - low) / spread * (_HEIGHT - 2 * _PAD)

    points = " ".join(f"{x(i):.1f},{y(value):.1f}" for i, value in enumerate(numbers))
    dots = "".join(
        f'<circle cx="{x(i):.1f}" cy="{y(value):.1f}" r="2.5"><title>'
        f"{escape(label)}: {value:g}</title></circle>"
        for i, (label, value) in enumerate(values)
    )
    limit = ""
    if threshold is not None and low <= threshold <= high:
        limit = (
            f'<line class="limit" x1="{_PAD}" x2="{_WIDTH - _PAD}"'
            f' y1="{y(threshold):.1f}" y2="{y(threshold):.1f}"/>'
        )
    label = escape(f"{values[0][0]} – {values[-1][0]}: {numbers[0]:g} → {numbers[-1]:g}")
    return (
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">'
        f'{limit}<polyline points="{points}"/>{dots}</svg>'
    )


def bars(observed: Mapping[str, float], expected: Mapping[str, float]) -> str:
    """Shares in percent, observed as bars and expected as ticks, one row per value."""
    names = list(expected) + sorted(set(observed) - set(expected))
    most = max([*observed.values(), *expected.values(), 1.0])
    row, left, right = 20, 92, 96
    scale = (_WIDTH - 0) / most
    body = []
    for index, name in enumerate(names):
        top = index * row
        found, wanted = observed.get(name, 0.0), expected.get(name)
        body.append(
            f'<text x="{left - 6}" y="{top + 14}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{left}" y="{top + 4}" width="{found * scale:.1f}" height="12"/>'
        )
        if wanted is not None:
            at = left + wanted * scale
            body.append(
                f'<line class="expected" x1="{at:.1f}" x2="{at:.1f}" y1="{top + 1}"'
                f' y2="{top + 19}"/>'
            )
        shown = f"{found:.1f}" + (f" / {wanted:.1f} %" if wanted is not None else " %")
        body.append(f'<text x="{left + _WIDTH + 6}" y="{top + 14}">{shown}</text>')
    width, height = left + _WIDTH + right, len(names) * row
    label = escape(", ".join(f"{name} {observed.get(name, 0.0):.1f} %" for name in names))
    return (
        f'<svg class="bars" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">'
        f"{''.join(body)}</svg>"
    )
