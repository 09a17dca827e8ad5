"""Where a run sends what it tells others: OpenLineage events and OpenTelemetry traces.

OPENLINEAGE_* and PQR_OPENLINEAGE_FILE, OTEL_EXPORTER_OTLP_* and PQR_TRACE_FILE say so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.settings import variables
from orchestration.settings.web_address import require_web_address

_DEFAULT_ENDPOINT = "api/v1/lineage"
_DEFAULT_NAMESPACE = "pqr-lakehouse"


@dataclass(frozen=True)
class LineageSettings:
    """A URL that takes events by POST, a file that they are appended to, or neither, or both."""

    url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    file: Path | None = None
    namespace: str = _DEFAULT_NAMESPACE

    @property
    def is_configured(self) -> bool:
        """Whether anybody wants the events."""
        return self.url is not None or self.file is not None


@dataclass(frozen=True)
class TraceSettings:
    """An OTLP endpoint, a file that spans are appended to, or neither, or both."""

    endpoint: str | None = None
    file: Path | None = None

    @property
    def is_configured(self) -> bool:
        """Whether anybody wants traces."""
        return self.endpoint is not None or self.file is not None


def trace_settings(env: Mapping[str, str]) -> TraceSettings:
    """Read OTEL_EXPORTER_OTLP_* and PQR_TRACE_FILE.

    Raises:
        UsageError: The endpoint is not an http or https address, or the file not a path.
    """
    if env.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return TraceSettings()
    for name in ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"):
        if endpoint := env.get(name):
            require_web_address(name, endpoint)
            break
    return TraceSettings(endpoint or None, _file(env, "PQR_TRACE_FILE"))


def lineage_settings(env: Mapping[str, str]) -> LineageSettings:
    """Read OPENLINEAGE_* and PQR_OPENLINEAGE_FILE.

    Raises:
        UsageError: OPENLINEAGE_URL is not an http or https address, or the file not a path.
    """
    if env.get("OPENLINEAGE_DISABLED", "").lower() in ("true", "1"):
        return LineageSettings()
    url = env.get("OPENLINEAGE_URL")
    if url is not None:
        require_web_address("OPENLINEAGE_URL", url)
        endpoint = env.get("OPENLINEAGE_ENDPOINT", _DEFAULT_ENDPOINT)
        url = f"{url.rstrip('/')}/{endpoint.lstrip('/')}"
    return LineageSettings(
        url=url,
        api_key=env.get("OPENLINEAGE_API_KEY"),
        file=_file(env, "PQR_OPENLINEAGE_FILE"),
        namespace=env.get("OPENLINEAGE_NAMESPACE", _DEFAULT_NAMESPACE),
    )


def _file(env: Mapping[str, str], name: str) -> Path | None:
    return variables.folder(env, name, Path()) if name in env else None
