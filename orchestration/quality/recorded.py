"""Results that are in meta.data_quality already."""

import psycopg

from orchestration.meta.records import Check
from orchestration.quality.policy import load_policy
from orchestration.run import Run


def recorded_checks(
    connection: psycopg.Connection, run: Run, layer: str, build_id: str
) -> tuple[Check, ...]:
    """The results of the last attempt that checked this build under today's policy; maybe none."""
    rows = connection.execute(
        """
        select dataset, check_name, result, layer, severity, tool, value, threshold, details_json
        from meta.data_quality
        where run_id = %(run)s and layer = %(layer)s
            and details_json ->> 'build_id' = %(build)s and details_json ->> 'policy' = %(policy)s
            and attempt = (
                select max(attempt) from meta.data_quality
                where run_id = %(run)s and layer = %(layer)s
                    and details_json ->> 'build_id' = %(build)s
            )
        order by data_quality_id
        """,
        {
            "run": run.run_id,
            "layer": layer,
            "build": build_id,
            "policy": load_policy().sha256,
        },
    ).fetchall()
    return tuple(Check(*row) for row in rows)
