"""What the environment says of the models that read messages."""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.settings import variables


@dataclass(frozen=True)
class EnrichmentSettings:
    """How much of the messages models read.

    Attributes:
        is_on: Whether any model reads them.
        encoder_percent: On which share of them `encoder_lr` is asked as well, 0 to 100.
    """

    is_on: bool
    encoder_percent: int


def enrichment_settings(env: Mapping[str, str]) -> EnrichmentSettings:
    """Read PQR_ENRICHMENT and PQR_ENCODER_PERCENT.

    Raises:
        UsageError: Another value than on or off, or not a whole number from 0 to 100.
    """
    return EnrichmentSettings(
        is_on=variables.choice(env, "PQR_ENRICHMENT", ("on", "off")) == "on",
        encoder_percent=variables.integer(env, "PQR_ENCODER_PERCENT", 0, 0, 100),
    )
