"""The process map: states as boxes, transitions as arrows with counts and median days, as SVG."""

from collections.abc import Mapping
from html import escape

from orchestration.dashboard.filters import Language
from orchestration.dashboard.formats import number
from orchestration.dashboard.reading import Rows
from orchestration.dashboard.texts import text
from orchestration.dashboard.theme import Theme

WIDTH, BOX_WIDTH, BOX_HEIGHT, STEP = 560, 150, 40, 92
MIDDLE, LEFT, RIGHT = 280, 82, 478
# The state machine has a trunk and two side states; a map that moves with the data cannot be
# compared with yesterday's.
PLACES: Mapping[str, tuple[int, int]] = {
    "RECEIVED": (MIDDLE, 0),
    "RADICATED": (MIDDLE, 1),
    "CLASSIFIED": (MIDDLE, 2),
    "ASSIGNED": (MIDDLE, 3),
    "IN_PROGRESS": (MIDDLE, 4),
    "ON_HOLD": (RIGHT, 4),
    "RESPONDED": (MIDDLE, 5),
    "CLOSED": (MIDDLE, 6),
    "REOPENED": (LEFT, 5),
    "ARCHIVED": (MIDDLE, 7),
}


def process_map(transitions: Rows, language: Language, theme: Theme) -> str:
    """The map as an SVG element that scales with its place.

    Args:
        transitions: status_from, status_to, transitions_count, median_days.
        language: Language of names and numbers.
        theme: Colours.
    """
    most = max((row["transitions_count"] for row in transitions), default=1)
    slowest = max(
        (row for row in transitions if row["status_from"] not in ("CLOSED", "ARCHIVED")),
        key=lambda row: row["median_days"] or 0,
        default=None,
    )
    arrows = [
        _arrow(row, most, theme.late if row is slowest else theme.accent, language, theme)
        for row in transitions
        if row["status_from"] in PLACES and row["status_to"] in PLACES
    ]
    boxes = [_box(name, language, theme) for name in PLACES]
    height = STEP * 7 + BOX_HEIGHT + 12
    title = escape(text(language, "map_title"))
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' xmlns="http://www.w3.org/2000/svg"'
        f' font-family="Helvetica, Arial, sans-serif" font-size="13"><title>{title}</title>'
        + "".join(arrows)
        + "".join(boxes)
        + "</svg>"
    )


def _box(name: str, language: Language, theme: Theme) -> str:
    x, step = PLACES[name]
    y = 6 + step * STEP
    return (
        f'<rect x="{x - BOX_WIDTH / 2}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="8"'
        f' fill="{theme.panel}" stroke="{theme.accent}" stroke-width="1.5"/>'
        f'<text x="{x}" y="{y + 25}" text-anchor="middle" fill="{theme.ink}" font-weight="600"'
        f' font-size="15">{escape(text(language, name))}</text>'
    )


def _arrow(row: dict[str, object], most: int, color: str, language: Language, theme: Theme) -> str:
    count = int(str(row["transitions_count"]))
    left, entered = str(row["status_from"]), str(row["status_to"])
    points, (x, y), anchor = _course(left, entered)
    width = 1.5 + 5.5 * count / most
    days = row["median_days"]
    median = "–" if days is None else number(float(str(days)), language, 1)
    words = f"{number(count, language)} · {median} d"
    return (
        f'<polyline points="{" ".join(f"{a},{b}" for a, b in points)}" fill="none"'
        f' stroke="{color}" stroke-width="{width:.1f}" stroke-linejoin="round" opacity="0.75"/>'
        + _head(points, color)
        + f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{theme.ink}">{words}</text>'
    )


def _course(left: str, entered: str) -> tuple[list[tuple[int, int]], tuple[int, int], str]:
    """The corners of an arrow, and where its words stand."""
    (from_x, from_step), (to_x, to_step) = PLACES[left], PLACES[entered]
    from_y, to_y = 6 + from_step * STEP, 6 + to_step * STEP
    half = BOX_WIDTH // 2
    if from_x == to_x:
        points = [(from_x, from_y + BOX_HEIGHT), (to_x, to_y - 9)]
        return points, (from_x + 10, from_y + BOX_HEIGHT + 29), "start"
    if (left, entered) == ("IN_PROGRESS", "ON_HOLD"):
        points = [(from_x + half, from_y + 12), (to_x - half - 9, to_y + 12)]
        return points, (to_x, to_y - 8), "middle"
    if (left, entered) == ("ON_HOLD", "IN_PROGRESS"):
        points = [(from_x - half, from_y + 30), (to_x + half + 9, to_y + 30)]
        return points, (from_x, from_y + BOX_HEIGHT + 18), "middle"
    if entered == "REOPENED":
        y = from_y + BOX_HEIGHT // 2
        points = [(from_x - half, y), (to_x, y), (to_x, to_y + BOX_HEIGHT + 9)]
        return points, (to_x - 70, y + 20), "start"
    y = to_y + BOX_HEIGHT // 2
    points = [(from_x, from_y), (from_x, y), (to_x - half - 9, y)]
    return points, (from_x - 70, y - 10), "start"


def _head(points: list[tuple[int, int]], color: str) -> str:
    (x, y), (before_x, before_y) = points[-1], points[-2]
    if x == before_x:
        way = 1 if y > before_y else -1
        corners = ((x - 7, y), (x + 7, y), (x, y + 9 * way))
    else:
        way = 1 if x > before_x else -1
        corners = ((x, y - 7), (x, y + 7), (x + 9 * way, y))
    written = " ".join(f"{a},{b}" for a, b in corners)
    return f'<polygon points="{written}" fill="{color}"/>'
