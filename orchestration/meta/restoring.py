"""A restore that has not ended: what is there is a part, and nobody may take it for the whole."""

import psycopg

from orchestration.errors import WorkFailed


class RestoreUnfinished(WorkFailed):
    """`pqr restore --from-bucket` is at work, or was killed."""


def require_restored(connection: psycopg.Connection) -> None:
    """Raise RestoreUnfinished when a restore from the bucket began and has not ended.

    A run would give its rows numbers that the restore brings back, and the next restore would take
    out what the run has published.
    """
    row = connection.execute(
        "select to_char(restoring_since at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
        " from meta.journal where restoring_since is not null"
    ).fetchone()
    if row is not None:
        raise RestoreUnfinished(
            f"a restore of this control plane began at {row[0]} UTC and has not ended: wait for"
            " it, or where it was killed repeat `pqr restore --from-bucket`"
        )
