"""Rows of a lake, to be kept: per dataset its columns, their number, and one sha256."""

import hashlib
from typing import Any

from lake_world import LakeWorld

SILVER = ("tickets", "messages", "status_events", "attachments")


def recorded(world: LakeWorld, of: dict[str, Any] | None = None) -> dict[str, Any]:
    """Every dataset of silver and gold; with `of`, its datasets and columns alone."""
    names = {("silver", name) for name in SILVER}
    names |= {("gold", name.split("/")[0]) for name in world.sums("gold")}
    found = {}
    for layer, name in sorted(names):
        dataset = f"{layer}/{name}"
        if of is not None and dataset not in of:
            continue
        rows = world.read(layer, name)
        columns = of[dataset]["columns"] if of is not None else sorted(rows[0]) if rows else []
        lines = sorted("|".join(str(row[column]) for column in columns) for row in rows)
        found[dataset] = {
            "columns": columns,
            "rows": len(lines),
            "sha256": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
        }
    return found
