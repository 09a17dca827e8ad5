"""Variables of the environment, read as what they should be. Errors name variable and value."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from orchestration.errors import UsageError

Environment = Mapping[str, str]

HIGHEST_PORT = 65535
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
DATABASE_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
DASK_ADDRESS = re.compile(r"((tcp|tls|ws|wss)://)?[\w.\[\]:-]+:\d{1,5}")


def integer(env: Environment, name: str, default: int, low: int, high: int) -> int:
    """The whole number in `name`, from `low` to `high`, or `default` when it is unset."""
    value = env.get(name)
    if value is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
        raise UsageError(f"{name}={value} is no whole number from {low} to {high}")
    return int(value)


def port(env: Environment, name: str, default: int, ports_after: int = 0) -> int:
    """The port in `name`, one that needs no rights and leaves room for `ports_after` more."""
    return integer(env, name, default, 1024, HIGHEST_PORT - ports_after)


def choice(env: Environment, name: str, choices: tuple[str, ...]) -> str:
    """The value of `name`, one of `choices`; the first is the default."""
    value = env.get(name, choices[0])
    if value not in choices:
        raise UsageError(f"{name}={value} is none of {', '.join(choices)}")
    return value


def day(env: Environment, name: str) -> date | None:
    """The day in `name`, as 2025-09-01, if it is set."""
    value = env.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UsageError(f"{name}={value} is no day: write it as 2025-09-01") from None


def folder(env: Environment, name: str, default: Path) -> Path:
    """The folder that `name` names, absolute; it need not exist."""
    value = env.get(name)
    if value is None:
        return default
    if not value.isprintable():
        raise UsageError(f"{name}={value!r} has a control character or bytes that are not UTF-8")
    try:
        return Path(value).expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"{name}={value} is not a path that can be used: {error}") from None


def file(env: Environment, name: str, kind: str) -> Path:
    """The file that `name` names; `kind` says what it should be."""
    path = Path(env[name]).expanduser()
    try:
        with path.open("rb"):
            return path.resolve()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"{name}={env[name]} cannot be read ({reason}): name {kind}, or unset {name}"
        ) from None


def bucket_name(env: Environment, default: str) -> str:
    """The bucket of PQR_BUCKET or, as compose calls it, BUCKET_NAME."""
    bucket = env.get("PQR_BUCKET") or env.get("BUCKET_NAME") or default
    if not BUCKET_NAME.fullmatch(bucket):
        raise UsageError(
            f"PQR_BUCKET={bucket} is no bucket name: 3 to 63 of a-z, 0-9, dot and hyphen"
        )
    return bucket


def database_name(env: Environment, default: str) -> str:
    """The database of PQR_POSTGRES_DB."""
    database = env.get("PQR_POSTGRES_DB", default)
    if not DATABASE_NAME.fullmatch(database):
        raise UsageError(f"PQR_POSTGRES_DB={database} is no database name: a-z, 0-9 and underscore")
    return database


def dask_scheduler(env: Environment) -> str | None:
    """The Dask scheduler to use in place of workers of our own, if one is named."""
    for name in ("PQR_DASK_SCHEDULER", "DASK_SCHEDULER_ADDRESS"):
        if address := env.get(name):
            if not DASK_ADDRESS.fullmatch(address):
                raise UsageError(f"{name}={address} is no Dask address: tcp://HOST:PORT")
            return address
    return None
