"""Whether the control plane knows all that was published into the bucket."""

import psycopg

from orchestration.errors import WorkFailed
from orchestration.lake import paths
from orchestration.lake.store import ObjectStore
from orchestration.meta.restoring import require_restored
from orchestration.verify.journal import entries_ahead


class ForeignJournal(WorkFailed):
    """The bucket holds the journal of another control plane, whose objects this one cannot name."""


def require_own_bucket(store: ObjectStore, connection: psycopg.Connection) -> None:
    """Raise unless every journal of the bucket is that of this control plane, which knows it all.

    An empty control plane names nothing: to it the whole lake looks like leftovers. To one of an
    older dump, all that was published since does.

    Raises:
        RestoreUnfinished: The control plane is being restored.
        ForeignJournal: Another control plane published into the bucket, or this one before it was
            restored from a dump.
    """
    require_restored(connection)
    row = connection.execute("select journal_id::text from meta.journal").fetchone()
    assert row is not None  # noqa: S101 -- a row of a migration
    own = str(row[0])
    found = {facts.key.split("/")[1] for facts in store.list(paths.journal_prefix())}
    others = sorted(found - {own})
    if others:
        prefix = f"s3://{store.bucket}/{paths.journal_prefix()}"
        raise ForeignJournal(
            f"bucket {store.bucket} holds journal {others[0]} of another control plane, and this"
            " one does not know its objects: `pqr restore --from-bucket` into an empty control"
            f" plane brings them back; to give them up, remove {prefix}{others[0]}/"
        )
    if ahead := entries_ahead(store, connection, own):
        raise ForeignJournal(
            f"{ahead[0][0]} tells of commits that this control plane does not know, as after"
            " `pqr restore` of an older dump: their objects would be taken for leftovers."
            " `pqr restore --from-bucket` into an empty control plane brings them back, or repeat"
            " the commands of the lost runs; to give them up, remove that object"
        )
