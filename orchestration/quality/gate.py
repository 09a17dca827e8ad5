"""How the checks of a run decide about its publication."""

from collections.abc import Sequence
from typing import Literal

import psycopg

from orchestration.errors import WorkFailed
from orchestration.meta.records import Check
from orchestration.run import Run


class QualityFailed(WorkFailed):
    """A critical check failed: the run ends before publication, what was live stays live."""


def require_pass(layer: str, checks: Sequence[Check]) -> None:
    """Stop the run when a critical check failed or could not be made.

    Raises:
        QualityFailed: Names the first such check, what it measured and what is allowed.
    """
    failed = [
        check
        for check in checks
        if check.severity == "critical" and check.result in ("FAIL", "ERROR")
    ]
    if not failed:
        return
    first = failed[0]
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    raise QualityFailed(
        f"{layer}: check {first.dataset}.{first.check_name} {_reason(first)}{more};"
        " `pqr quality` shows all"
    )


def run_status(connection: psycopg.Connection, run: Run) -> Literal["PUBLISHED", "DEGRADED"]:
    """PUBLISHED, or DEGRADED when a check of the run's newest builds warned.

    A layer that was skipped keeps the checks of the attempt that built it. Critical failures do
    not get here: they end the run before publication.
    """
    row = connection.execute(
        """
        with newest as (
            select layer, tool, max(attempt) as attempt
            from meta.data_quality where run_id = %(run_id)s group by layer, tool
        )

        select count(*)
        from meta.data_quality join newest using (layer, tool, attempt)
        where run_id = %(run_id)s and result in ('WARN', 'FAIL', 'ERROR')
        """,
        {"run_id": run.run_id},
    ).fetchone()
    return "DEGRADED" if row and row[0] else "PUBLISHED"


def _reason(check: Check) -> str:
    if check.result == "ERROR":
        return f"could not be made: {check.details.get('error')}"
    sample = check.details.get("sample")
    shown = f", such as {sample[0]}" if isinstance(sample, list) and sample else ""
    return (
        f"measured {check.value:g}, allowed {_limits(check)}{shown}"
        if (check.value is not None)
        else f"failed{shown}"
    )


def _limits(check: Check) -> str:
    limits = check.details.get("limits")
    if not isinstance(limits, dict):
        return str(check.threshold)
    least, most = limits.get("min"), limits.get("max")
    if least is not None and most is not None:
        return f"{least:g} to {most:g}"
    return f"at most {most:g}" if most is not None else f"at least {least:g}"
