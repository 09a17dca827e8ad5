"""What stands between people and the rows: the views, and the reference lists of what is live."""

import psycopg

from orchestration.verify.findings import Finding
from orchestration.wording import counted


def verify_views(connection: psycopg.Connection) -> list[Finding]:
    """Every declared view is as the project made it, and shows one version of every list."""
    changed = connection.execute(
        """
        select schema_name || '.' || relation_name, pg_class.oid is null
        from meta.served_relations
        left join pg_class
            on pg_class.oid = to_regclass(format('%I.%I', schema_name, relation_name))
        where kind = 'view' and is_declared
            and (relkind = 'v' and md5(pg_get_viewdef(pg_class.oid)) = definition_md5) is not true
        order by 1
        """
    ).fetchall()
    found = [
        Finding(
            "VIEW_MISMATCH", name, "it is missing" if is_missing else "not as the project made it"
        )
        for name, is_missing in changed
    ]
    # Its rows stay in serving; it is the publication that no longer names them, or names others.
    shown = connection.execute(
        """
        select dataset, count(publication_batches.batch_id)
        from meta.batches
        join meta.served_relations on schema_name = 'serving' and relation_name = dataset
        cross join meta.current_publication
        left join meta.publication_batches using (publication_id, dataset, batch_id)
        where layer = 'seed' and is_declared
        group by dataset having count(publication_batches.batch_id) <> 1 order by dataset
        """
    ).fetchall()
    return found + [
        Finding("VIEW_MISMATCH", dataset, f"{counted(count, 'version')} of it live, not 1")
        for dataset, count in shown
    ]
