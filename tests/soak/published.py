"""What a lake shows, as checksums: what rounds of the soak are compared by."""

import hashlib
from dataclasses import dataclass

from tests.integration.run.lake import Lake


@dataclass(frozen=True)
class Published:
    """What people and manifests see of a lake."""

    objects: dict[str, str]
    views: dict[str, str]

    @classmethod
    def of(cls, lake: Lake) -> "Published":
        names = lake.query(
            "select table_schema || '.' || table_name from information_schema.views"
            " where table_schema in ('silver', 'core', 'gold') order by 1"
        )
        views = {}
        for (name,) in names:
            rows = lake.query(f"select t::text from {name} as t order by 1")
            text = "\n".join(str(row[0]) for row in rows)
            views[str(name)] = hashlib.md5(text.encode()).hexdigest()
        return cls(lake.checksums(), views)
