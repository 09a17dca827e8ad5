"""Results that are in meta.data_quality already."""

import psycopg

from orchestration.meta.records import Check
from orchestration.quality.gate import QualityFailed
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


def require_world_passes(connection: psycopg.Connection, run: Run) -> None:
    """Refuse to build on bronze of another run of the world that its own checks refused.

    Bronze is committed before it is judged, so a run that its gate stopped has left it behind.

    Raises:
        QualityFailed: Names the run, its days and the first check that failed.
    """
    row = connection.execute(
        """
        with newest_bronze as (
            select distinct on (run_id) run_id, build_id
            from meta.manifest_index
            where world_id = %(world)s and layer = 'bronze' and run_id <> %(run)s
            order by run_id, effective_seq desc
        ),

        judged as (
            select
                data_quality.*,
                max(attempt) over (partition by data_quality.run_id) as last_attempt
            from meta.data_quality
            join newest_bronze
                on newest_bronze.run_id = data_quality.run_id
                and newest_bronze.build_id = data_quality.details_json ->> 'build_id'
            where layer = 'bronze'
        )

        select run_id, date_min, date_max, dataset || '.' || check_name
        from judged join meta.etl_runs using (run_id)
        where judged.attempt = last_attempt
            and judged.result in ('FAIL', 'ERROR') and judged.severity = 'critical'
        order by run_seq, data_quality_id limit 1
        """,
        {"world": run.world.world_id, "run": run.run_id},
    ).fetchone()
    if row is not None:
        run_id, first, last, check = row
        raise QualityFailed(
            f"bronze: run {run_id} ({first} to {last}) of this world failed its check {check}:"
            f" run these days again first; `pqr quality {run_id}` shows all"
        )
