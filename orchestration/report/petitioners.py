"""Who asked: natural and legal persons, and those who gave no name."""

from typing import Final

from orchestration.report.build import Builder
from orchestration.report.table import Table

_KINDS: Final = ("natural", "juridica", "anonymous", "")


def petitioner_tables(build: Builder) -> list[Table]:
    """Received by kind of petitioner; nothing where no event says who asked."""
    found = {kind for (kind,) in build.figures.received.members("petitioner")}
    if not found - {""}:
        return []
    rows = [
        (build.called("petitioner", kind), *build.change_row("petitioner", kind))
        for kind in _KINDS
        if kind in found
    ]
    rows.append((build.word("total"), *build.change_row("all")))
    columns = ["received", "share_pct", "received_before", "change_pct"]
    return [build.table("petitioner", ["petitioner", *columns], rows, has_total=True)]
