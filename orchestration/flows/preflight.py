"""What must hold before a run starts, said in one line when it does not."""

import shutil

from orchestration.errors import WorkFailed
from orchestration.meta.migrate import migrate
from orchestration.services.health import require_healthy
from orchestration.settings import Settings

_NEEDED_BYTES = 1_000_000_000


class DiskFull(WorkFailed):
    """Too little space for a run's scratch files."""


def preflight(settings: Settings) -> None:
    """Check the services, the schema and the disk.

    Raises:
        ServiceUnavailable: S3 or PostgreSQL does not answer or refuses the credentials.
        DiskFull: Less than 1 GB free under PQR_HOME.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.home).free
    if free < _NEEDED_BYTES:
        raise DiskFull(
            f"{free / 1e9:.1f} GB free under {settings.home}, a run needs"
            f" {_NEEDED_BYTES / 1e9:.0f} GB: free some, or set PQR_HOME to another disk"
        )
    require_healthy(settings)
    if settings.postgres.is_embedded:
        migrate(settings.postgres.admin_dsn)
