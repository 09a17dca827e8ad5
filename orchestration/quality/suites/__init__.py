"""The checks of each layer, as data."""

from collections.abc import Mapping
from typing import Final

from orchestration.quality.rules import Suite
from orchestration.quality.suites.bronze import BRONZE
from orchestration.quality.suites.gold import GOLD
from orchestration.quality.suites.serving import SERVING
from orchestration.quality.suites.silver import SILVER

SUITES: Final[Mapping[str, Suite]] = {
    suite.layer: suite for suite in (BRONZE, SILVER, GOLD, SERVING)
}
