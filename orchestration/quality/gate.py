"""How the checks of a run decide about its publication."""

from typing import Literal

import psycopg

from orchestration.run import Run


def run_status(connection: psycopg.Connection, run: Run) -> Literal["PUBLISHED", "DEGRADED"]:
    """PUBLISHED, or DEGRADED when a check of the run's newest builds warned.

    A layer that was skipped keeps the checks of the attempt that built it. Critical failures do
    not get here: they end the run before publication.
    """
    row = connection.execute(
        """
        with newest as (
            select layer, max(attempt) as attempt
            from meta.data_quality where run_id = %(run_id)s group by layer
        )

        select count(*)
        from meta.data_quality join newest using (layer, attempt)
        where run_id = %(run_id)s and result in ('WARN', 'FAIL', 'ERROR')
        """,
        {"run_id": run.run_id},
    ).fetchone()
    return "DEGRADED" if row and row[0] else "PUBLISHED"
