"""Tables as HTML, for people, screen readers and the keyboard, in the language of the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from orchestration.dashboard import formats
from orchestration.dashboard.filters import Language
from orchestration.dashboard.texts import text

Kind = Literal[
    "name", "text", "long", "key", "day", "moment", "due", "count", "decimal", "pct", "hours",
    "days", "ratio", "yes",
]  # fmt: skip
NUMBERS = ("count", "decimal", "pct", "hours", "days", "ratio")


@dataclass(frozen=True)
class Column:
    """A column: the key of a row, how its values are written, and where a cell leads, if anywhere.

    `name` values are looked up in the texts, `text` values stand for themselves. `heading` is the
    name of a text, by default the key.
    """

    key: str
    kind: Kind = "count"
    heading: str = ""
    link: Callable[[dict[str, Any]], str] | None = None

    def title(self, language: Language) -> str:
        """What stands above the column."""
        return text(language, self.heading or self.key)


Columns = tuple[Column, ...]


def cell(value: Any, kind: Kind, language: Language) -> str:
    """A value as its kind is written; a dash where there is none."""
    if value is None:
        return formats.NOTHING
    match kind:
        case "name":
            return text(language, str(value))
        case "day":
            return formats.short_day(value, language)
        case "moment":
            return formats.short_moment(value, language)
        case "due":
            return formats.due(value, language)
        case "count":
            return formats.number(value, language)
        case "decimal":
            return formats.number(value, language, 1)
        case "pct":
            return formats.figure(value, "percent", language)
        case "hours":
            return formats.figure(value, "hours", language)
        case "days":
            return formats.figure(value, "days", language)
        case "ratio":
            return formats.number(value, language, 2) + " ×"
        case "yes":
            return text(language, "yes" if value else "no")
        case _:
            return str(value)


def html_table(
    rows: Sequence[dict[str, Any]], columns: Sequence[Column], caption: str, language: Language
) -> str:
    """A table with a caption and headings that a screen reader announces.

    It scrolls inside its own region, which the keyboard reaches, so that a narrow page stays
    narrow. Every text is escaped.
    """
    head = "".join(
        f'<th scope="col"{_aligned(column)}>{escape(column.title(language))}</th>'
        for column in columns
    )
    body = "".join(
        "<tr>" + "".join(_cell(row, column, language) for column in columns) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="pqr-table" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(row: dict[str, Any], column: Column, language: Language) -> str:
    words = escape(cell(row.get(column.key), column.kind, language))
    if column.link:
        words = f'<a href="{escape(column.link(row))}">{words}</a>'
    return f"<td{_aligned(column)}>{words}</td>"


def _aligned(column: Column) -> str:
    if column.kind in NUMBERS:
        return ' class="number"'
    return f' class="{column.kind}"' if column.kind in ("long", "key", "moment", "due") else ""
