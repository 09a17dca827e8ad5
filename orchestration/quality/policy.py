"""The policy: how severe each check is, what it allows, and which exceptions were granted."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

import yaml

from orchestration.errors import UsageError
from orchestration.meta.records import Severity

POLICY_FILE: Final = Path(__file__).with_name("policy.yml")


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
            f"{path.name}: {check}: severity, min and max alone, got {entry!r}"
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
