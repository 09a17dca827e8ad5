"""What tables and columns mean, from dbt to Metabase.

dbt writes its descriptions into PostgreSQL as comments; Metabase takes them over at its first sync
only, and never again when one changes.
"""

from collections.abc import Mapping

from orchestration.bi.client import MetabaseClient
from orchestration.meta.connection import open_connection

# (schema, table, column) -> description; the column is empty for the table itself.
Descriptions = Mapping[tuple[str, str, str], str]

_COMMENTS = """
select
    spaces.nspname::text as schema_name,
    relations.relname::text as table_name,
    coalesce(columns.attname::text, '') as column_name,
    descriptions.description
from pg_description as descriptions
join pg_class as relations
    on relations.oid = descriptions.objoid and descriptions.classoid = 'pg_class'::regclass
join pg_namespace as spaces on spaces.oid = relations.relnamespace
left join pg_attribute as columns
    on columns.attrelid = relations.oid
    and columns.attnum = descriptions.objsubid
    and descriptions.objsubid > 0
where spaces.nspname in ('gold', 'silver', 'meta') and relations.relkind in ('v', 'm', 'r', 'p')
"""


def read_descriptions(reader_dsn: str) -> Descriptions:
    """The comments of the published views.

    Raises:
        DatabaseUnavailable: The server cannot be reached or refuses the login.
    """
    with open_connection(reader_dsn, context="pqr metabase") as connection:
        rows = connection.execute(_COMMENTS).fetchall()
    return {(schema, table, column): words for schema, table, column, words in rows}


def push_descriptions(client: MetabaseClient, database_id: int, descriptions: Descriptions) -> int:
    """Bring the instance's descriptions to the given ones; gives how many changed.

    Raises:
        MetabaseUnavailable, MetabaseRefused: as for every call.
    """
    changed = 0
    for table in client.get(f"/api/database/{database_id}/metadata")["tables"]:
        name = (table["schema"], table["name"])
        wanted = [("table", table, descriptions.get((*name, "")))]
        for field in table["fields"]:
            wanted.append(("field", field, descriptions.get((*name, field["name"]))))
        for kind, item, words in wanted:
            if words is not None and item.get("description") != words:
                client.put(f"/api/{kind}/{item['id']}", {"description": words})
                changed += 1
    return changed
