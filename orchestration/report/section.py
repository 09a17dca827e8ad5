"""What the report says about one of its tables."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """What is said about a table; texts as (Spanish, English)."""

    name: tuple[str, str]
    title: tuple[str, str]
    note: tuple[str, str]
    laws: tuple[str, ...]
    sources: tuple[str, ...]
