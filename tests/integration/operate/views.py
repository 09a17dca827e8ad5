"""What people see, as checksums that two lakes can be compared by."""

import hashlib

from tests.integration.run.lake import Lake

_COLUMNS = """
select table_schema || '.' || table_name, string_agg(column_name, ', ' order by ordinal_position)
from information_schema.columns
where table_schema in ('silver', 'gold', 'core')
    -- Which run made a row, and when, is what differs.
    and column_name not in ('run_id', 'world_id', 'batch_id', 'publication_id', 'published_at')
group by 1 order by 1
"""


def published(lake: Lake) -> dict[str, str]:
    """md5 over the ordered rows of every published view, without clock and run columns."""
    found = {}
    for view, columns in lake.query(_COLUMNS):
        rows = lake.query(f"select ({columns})::text from {view} order by 1")
        found[str(view)] = hashlib.md5("\n".join(str(row[0]) for row in rows).encode()).hexdigest()
    assert found
    return found
