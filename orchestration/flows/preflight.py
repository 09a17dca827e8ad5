"""What must hold before a run starts, said in one line when it does not."""

import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from orchestration.errors import PqrError, ServiceUnavailable, WorkFailed
from orchestration.lake.duckdb import link_extensions
from orchestration.meta.connection import open_connection
from orchestration.meta.migrate import migrate, unapplied
from orchestration.meta.restoring import require_restored
from orchestration.services.health import check_postgres, check_s3
from orchestration.settings import Settings

_NEEDED_BYTES = 1_000_000_000
# With less left the embedded services refuse to write, and say that they fail.
_FULL_BYTES = 100_000_000
_DISTRIBUTION = "pqr-hybrid-lakehouse"


class DiskFull(WorkFailed):
    """Too little space for a run's scratch files, or for the embedded services."""

    may_be_repeated = True


class WrongVersion(WorkFailed):
    """A package, the interpreter or the schema is not of a version that this code works with."""


def preflight(settings: Settings) -> None:
    """Check the disk, the versions, the services, the schema and a remote Dask scheduler.

    Raises:
        ServiceUnavailable: S3, PostgreSQL or Dask does not answer or refuses the credentials.
        DiskFull: Less than 1 GB free under PQR_HOME.
        WrongVersion: A package is missing or of another version, or migrations are not applied.
        RestoreUnfinished: The control plane is being restored.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    checks: tuple[Callable[[], object], ...] = (
        partial(_check_disk, settings),
        _check_versions,
        partial(link_extensions, settings.home),
        partial(check_s3, settings),
        partial(_check_database, settings),
        partial(_check_scheduler, settings),
    )
    # Beside each other: an address where nothing answers takes its time-out to say so.
    with ThreadPoolExecutor(len(checks)) as pool:
        errors = [error for error in pool.map(_error_of, checks) if error is not None]
    if errors:
        # All that is wrong in one line, under the exit code of the first.
        raise type(errors[0])("; ".join(str(error) for error in errors))


def _error_of(check: Callable[[], object]) -> PqrError | None:
    try:
        check()
    except PqrError as error:
        return error
    return None


def _check_disk(settings: Settings) -> None:
    free = shutil.disk_usage(settings.home).free
    if free < _NEEDED_BYTES:
        raise DiskFull(
            f"{free / 1e9:.1f} GB free under {settings.home}, a run needs"
            f" {_NEEDED_BYTES / 1e9:.0f} GB: free some, or set PQR_HOME to another disk"
        )


def full_disk_behind(error: BaseException, settings: Settings) -> DiskFull | None:
    """What an embedded service that fails has in truth met: a disk that filled up; else None."""
    is_ours = settings.s3.is_embedded or settings.postgres.is_embedded
    if not (is_ours and isinstance(error, ServiceUnavailable)):
        return None
    free = shutil.disk_usage(settings.home).free
    if free >= _FULL_BYTES:
        return None
    return DiskFull(
        f"the disk of {settings.home} is full ({free / 1e6:.0f} MB left), and the services on it"
        " cannot write: free some; the same command then goes on where it ended"
    )


def _check_versions() -> None:
    wrong = []
    try:
        needed = requires(_DISTRIBUTION) or []
    except PackageNotFoundError:
        return  # run from a folder that was not installed: nothing says what it needs
    for line in needed:
        requirement = Requirement(line)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            wrong.append(f"{requirement.name} is {found}, not {requirement.specifier}")
    if wrong:
        raise WrongVersion(
            f"{', '.join(wrong)} in {sys.prefix}: `infra/bootstrap.sh run` installs what is locked"
        )


def _check_database(settings: Settings) -> None:
    check_postgres(settings)
    if settings.postgres.is_embedded:
        migrate(settings.postgres.admin_dsn)
    with open_connection(settings.postgres.dsn, context="pqr preflight") as connection:
        missing = () if settings.postgres.is_embedded else unapplied(connection)
        if missing:
            raise WrongVersion(
                f"{len(missing)} migrations are not applied to {settings.postgres.url.database}"
                f" ({missing[0]} first): `pqr up` applies them"
            )
        require_restored(connection)


def _check_scheduler(settings: Settings) -> None:
    if settings.dask_scheduler is not None:
        from orchestration.cluster import dask_client

        with dask_client(settings):
            pass
