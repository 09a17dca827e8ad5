"""Which PostgreSQL views a figure is computed from."""

import re

_VIEW = re.compile(r"\b(?:from|join)\s+((?:silver|gold|core|meta)\.[a-z0-9_]+)")


def views_of(sql: str) -> tuple[str, ...]:
    """The views that a query reads, in its order; with other filters a figure asks others."""
    return tuple(dict.fromkeys(_VIEW.findall(sql)))
