"""Verdicts of checks: what they belong to, when they decide, and which of them count.

A verdict belongs to a build of a layer, to the policy and to the code of the checks. It is taken
from the record while all three are the same, and measured again when one of them is another.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Final, Literal

import psycopg

from orchestration.errors import WorkFailed
from orchestration.meta.records import Check
from orchestration.quality.policy import POLICY_FILE
from orchestration.run import Run

TOOL: Final = "great_expectations"


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


@lru_cache(maxsize=1)
def judged_by() -> str:
    """The sha256 of the policy and of the code of the checks, Great Expectations included."""
    digest = hashlib.sha256(f"great_expectations {version('great_expectations')}\n".encode())
    for path in sorted((POLICY_FILE, *Path(__file__).parent.glob("*.py"))):
        digest.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def recorded_verdicts(
    connection: psycopg.Connection, run: Run, layer: str, build_id: str
) -> tuple[Check, ...]:
    """The last verdicts on a build, when they were given by today's policy and code; else none.

    A try in which a check could not be made says nothing about the build, and does not count.
    """
    rows = connection.execute(
        """
        select
            dataset, check_name, result, layer, severity, tool, value, threshold, details_json,
            build_id, judged_by
        from meta.data_quality
        where run_id = %(run)s and layer = %(layer)s and tool = %(tool)s
            and build_id = %(build)s
            and attempt = (
                select max(attempt) from meta.data_quality
                where run_id = %(run)s and layer = %(layer)s and tool = %(tool)s
                    and build_id = %(build)s
            )
        order by data_quality_id
        """,
        {
            "run": run.run_id,
            "layer": layer,
            "tool": TOOL,
            "build": build_id,
        },
    ).fetchall()
    checks = tuple(Check(*row) for row in rows)
    is_valid = all(check.judged_by == judged_by() and check.result != "ERROR" for check in checks)
    return checks if is_valid else ()


def run_status(connection: psycopg.Connection, run: Run) -> Literal["PUBLISHED", "DEGRADED"]:
    """PUBLISHED, or DEGRADED when a check of the builds that count now did not pass.

    Critical failures do not get here: they end the run before publication.
    """
    row = connection.execute(
        "select count(*) from meta.current_checks"
        " where run_id = %s and is_of_current_build and result in ('WARN', 'FAIL', 'ERROR')",
        [run.run_id],
    ).fetchone()
    return "DEGRADED" if row and row[0] else "PUBLISHED"


def _reason(check: Check) -> str:
    if check.result == "ERROR":
        return f"could not be made: {check.details.get('error')}"
    sample = check.details.get("sample")
    shown = f", such as {sample[0]}" if isinstance(sample, list) and sample else ""
    if check.value is None:
        return f"failed{shown}"
    return f"measured {check.value:g}, allowed {_limits(check)}{shown}"


def _limits(check: Check) -> str:
    limits = check.details.get("limits")
    if not isinstance(limits, dict):
        return str(check.threshold)
    least, most = limits.get("min"), limits.get("max")
    if least is not None and most is not None:
        return f"{least:g} to {most:g}"
    return f"at most {most:g}" if most is not None else f"at least {least:g}"
