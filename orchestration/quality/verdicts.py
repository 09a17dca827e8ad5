"""The policy of the checks, and their verdicts: what they belong to, and which of them count.

The policy says how severe each check is, what it allows, and which exceptions were granted. A
verdict belongs to a build of a layer, to the policy and to the code of the checks. It is taken from
the record while all three are the same, and measured again when one of them is another.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal, cast

import psycopg
import yaml

from orchestration.errors import UsageError, WorkFailed
from orchestration.meta.records import Check, Severity
from orchestration.run import Run

POLICY_FILE: Final = Path(__file__).with_name("policy.yml")
TOOL: Final = "great_expectations"


class InvalidPolicyError(UsageError):
    """The policy file cannot be used; names the file, the check and the value."""


@dataclass(frozen=True)
class Limit:
    """What a check allows: a measure between `least` and `most`, both included."""

    severity: Severity
    least: float | None = None
    most: float | None = None
    override: str | None = None

    def allows(self, value: float) -> bool:
        """Whether a measure lies within the limits; a hair of rounding is forgiven."""
        slack = 1e-9
        return not (
            (self.least is not None and value < self.least - slack)
            or (self.most is not None and value > self.most + slack)
        )

    def widened(self, allowance: float, around: float = 0.0) -> "Limit":
        """The same limit, no narrower than chance alone around a value."""
        least, most = self.least, self.most
        if most is not None:
            most = max(most, around + allowance)
        if least is not None and around:
            least = min(least, around - allowance)
        return replace(self, least=least, most=most)


@dataclass(frozen=True)
class Override:
    """An exception that somebody granted: for a check, why, and until when."""

    layer: str
    dataset: str
    check_name: str
    severity: Severity
    reason: str
    until: date | None

    def covers(self, layer: str, dataset: str, check_name: str, day: date) -> bool:
        """Whether it holds for a check of a run that ends on `day`."""
        return (self.layer, self.dataset, self.check_name) == (layer, dataset, check_name) and (
            self.until is None or day <= self.until
        )


@dataclass(frozen=True)
class Policy:
    """Limits by (layer, dataset, check), and the overrides over them."""

    limits: dict[tuple[str, str, str], Limit]
    overrides: tuple[Override, ...]
    sha256: str

    def limit(self, layer: str, dataset: str, check_name: str, day: date) -> Limit:
        """The limit of a check for a run whose last day is `day`.

        Raises:
            InvalidPolicyError: The check is not in the policy.
        """
        try:
            limit = self.limits[layer, dataset, check_name]
        except KeyError:
            raise InvalidPolicyError(
                f"{POLICY_FILE.name}: no entry for {layer}.{dataset}.{check_name}"
            ) from None
        for override in self.overrides:
            if override.covers(layer, dataset, check_name, day):
                return replace(limit, severity=override.severity, override=override.reason)
        return limit


def load_policy(path: Path = POLICY_FILE) -> Policy:
    """Read a policy file.

    Raises:
        InvalidPolicyError: Not YAML, an unknown key or severity, or an override without a reason.
    """
    try:
        body = path.read_bytes()
        content = yaml.safe_load(body)
    except (OSError, yaml.YAMLError) as error:
        raise InvalidPolicyError(f"{path}: {error}") from None
    limits = {
        (layer, dataset, name): _limit(path, f"{layer}.{dataset}.{name}", entry)
        for layer, datasets in content["checks"].items()
        for dataset, checks in datasets.items()
        for name, entry in checks.items()
    }
    overrides = tuple(_override(path, item, limits) for item in content.get("overrides") or ())
    return Policy(limits, overrides, hashlib.sha256(body).hexdigest())


def _limit(path: Path, check: str, entry: Any) -> Limit:
    if not isinstance(entry, dict) or set(entry) - {"severity", "min", "max"}:
        raise InvalidPolicyError(
            f"{path.name}: {check}: only severity, min and max are allowed, got {entry!r}"
        )
    least, most = entry.get("min"), entry.get("max")
    if least is None and most is None:
        raise InvalidPolicyError(f"{path.name}: {check}: neither min nor max")
    return Limit(_severity(path, check, entry.get("severity")), least, most)


def _override(path: Path, item: Any, limits: dict[tuple[str, str, str], Limit]) -> Override:
    check = str(item.get("check", ""))
    parts = tuple(check.split("."))
    if len(parts) != 3 or parts not in limits:
        raise InvalidPolicyError(f"{path.name}: override of {check!r}: no such check")
    reason = str(item.get("reason") or "").strip()
    if not reason:
        raise InvalidPolicyError(f"{path.name}: override of {check}: it needs a reason")
    severity = _severity(path, check, item.get("severity"))
    return Override(*parts, severity, reason, item.get("until"))


def _severity(path: Path, check: str, value: Any) -> Severity:
    if value not in ("critical", "warning"):
        raise InvalidPolicyError(
            f"{path.name}: {check}: severity must be critical or warning, got {value!r}"
        )
    return cast(Severity, value)


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
        {"run": run.run_id, "layer": layer, "tool": TOOL, "build": build_id},
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
