"""Whether an endpoint that looks like our own embedded one is really another home's.

The environment may name 127.0.0.1 and our default ports because its services are shared on
purpose. Then somebody else serves them, and they are used as they are.
"""

from orchestration.services import postgres, s3
from orchestration.services.ports import is_free
from orchestration.settings import Settings


def uses_foreign_s3(settings: Settings) -> bool:
    """The environment names the endpoint, it is served, and not by this home."""
    return (settings.s3.is_declared and s3.running(settings.home) is None) and not is_free(
        settings.s3_port
    )


def uses_foreign_postgres(settings: Settings) -> bool:
    """The environment names the server, it is served, and not by this home."""
    return (
        settings.postgres.is_declared and postgres.running(settings.home) is None
    ) and not is_free(settings.postgres_port)
