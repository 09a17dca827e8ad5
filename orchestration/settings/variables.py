"""Variables of the environment, read as what they should be; errors name variable and value.

Variables of other programs that must not reach the libraries are taken out of the process: a shell
holds variables for proxies, AWS, libpq, Prefect and Python. Libraries read them behind our back,
and so would reach other services than the settings name, or none.
"""

import os
import re
from collections.abc import Mapping, MutableMapping
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from orchestration.errors import UsageError
from orchestration.settings.names import misspelt

Environment = Mapping[str, str]

HIGHEST_PORT = 65535
LEAST_SECRET = 32
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
DATABASE_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
DASK_ADDRESS = re.compile(r"((tcp|tls|ws|wss)://)?[\w.\[\]:-]+:\d{1,5}")


def integer(env: Environment, name: str, default: int, low: int, high: int) -> int:
    """The whole number in `name`, from `low` to `high`, or `default` when it is unset."""
    value = env.get(name)
    if value is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
        raise UsageError(f"{name}={value} is not a whole number from {low} to {high}")
    return int(value)


def port(env: Environment, name: str, default: int, ports_after: int = 0) -> int:
    """The port in `name`, one that needs no rights and leaves room for `ports_after` more."""
    return integer(env, name, default, 1024, HIGHEST_PORT - ports_after)


def choice(env: Environment, name: str, choices: tuple[str, ...]) -> str:
    """The value of `name`, one of `choices`; the first is the default."""
    value = env.get(name, choices[0])
    if value not in choices:
        raise UsageError(f"{name}={value} is not one of {', '.join(choices)}")
    return value


def secret(env: Environment, name: str) -> bytes | None:
    """The secret in `name`, if it is set; an error never shows it."""
    value = env.get(name)
    if value is not None and len(value) < LEAST_SECRET:
        raise UsageError(
            f"{name} is too short to be a secret: at least {LEAST_SECRET} characters, as of"
            " `openssl rand -hex 24`"
        )
    return None if value is None else value.encode()


def day(env: Environment, name: str) -> date | None:
    """The day in `name`, as 2025-09-01, if it is set."""
    value = env.get(name)
    if value is None:
        return None
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise UsageError(f"{name}={value} is not a valid date: write it as 2025-09-01") from None
    if found == date.min:  # there is no yesterday
        raise UsageError(f"{name}={value} is the first day of all: name a later one")
    return found


def folder(env: Environment, name: str, default: Path) -> Path:
    """The folder, or the file, that `name` names, absolute; it need not exist."""
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
    try:
        path = Path(env[name]).expanduser()
        with path.open("rb"):
            return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"{name}={env[name]} cannot be read ({reason}): name {kind}, or unset {name}"
        ) from None


def bucket_name(env: Environment, default: str) -> str:
    """The bucket of PQR_BUCKET or, as compose calls it, BUCKET_NAME."""
    bucket = env.get("PQR_BUCKET") or env.get("BUCKET_NAME") or default
    if not BUCKET_NAME.fullmatch(bucket):
        raise UsageError(
            f"PQR_BUCKET={bucket} is not a valid bucket name: 3 to 63 of a-z, 0-9, dot and hyphen"
        )
    return bucket


def database_name(env: Environment, default: str) -> str:
    """The database of PQR_POSTGRES_DB."""
    database = env.get("PQR_POSTGRES_DB", default)
    if not DATABASE_NAME.fullmatch(database):
        raise UsageError(f"PQR_POSTGRES_DB={database} is not a valid name: a-z, 0-9 and underscore")
    return database


def dask_scheduler(env: Environment) -> str | None:
    """The Dask scheduler to use in place of workers of our own, if one is named."""
    for name in ("PQR_DASK_SCHEDULER", "DASK_SCHEDULER_ADDRESS"):
        if address := env.get(name):
            if not DASK_ADDRESS.fullmatch(address):
                raise UsageError(
                    f"{name}={address} is not a valid Dask address: expected tcp://HOST:PORT"
                )
            return address
    return None


LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
# Given to every client as an argument, or read by none of ours: a profile that does not exist
# stops boto3 even then.
_IGNORED = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "PYTHONWARNINGS", "PYTHONPATH", "PYTHONHOME")
# What of AWS and libpq counts beside services that the environment itself names.
_AWS_WITH_ENDPOINT = ("AWS_ENDPOINT_URL", "RUSTFS_ENDPOINT")
_AWS_REGION = ("AWS_REGION", "AWS_DEFAULT_REGION")
_POSTGRES_NAMED = ("PQR_POSTGRES_DSN", "POSTGRES_HOST")
_taken_out: set[str] = set()


def isolate_process(
    environ: MutableMapping[str, str] | None = None, *, is_dbt: bool = False
) -> tuple[str, ...]:
    """Take variables out of this process, and so of its children, that are not meant for it.

    Loopback is reached without a proxy. AWS_* and PG* go where the services are embedded; where the
    environment names others, they are kept but for AWS's profile. DBT_* go, unless this process
    `is_dbt` that somebody typed.

    Returns:
        The names of what was taken out, by this call or by an earlier one of this process.
    """
    env = os.environ if environ is None else environ
    unwanted = {name for name in _IGNORED if name in env}
    if env.get("PQR_S3_CREDENTIALS") == "chain":
        unwanted -= {"AWS_PROFILE"}  # a part of the chain, asked for
    for prefix, named_by in (("AWS_", _AWS_WITH_ENDPOINT), ("PG", _POSTGRES_NAMED)):
        if not any(_is_elsewhere(env.get(name, ""), prefix) for name in named_by):
            unwanted |= {name for name in env if name.startswith(prefix)} - set(_AWS_REGION)
    # Options of a `dbt` that is typed: a run that took them would build no rows, or test nothing.
    unwanted |= {name for name in env if name.startswith("DBT_") and not is_dbt}
    # A profile of a PREFECT_HOME that is not used: ours lies in PQR_HOME.
    if "PREFECT_HOME" not in env and "PREFECT_PROFILE" in env:
        unwanted.add("PREFECT_PROFILE")
    for name in unwanted:
        del env[name]
    if any(env.get(name) or env.get(name.lower()) for name in _PROXIES):
        for name in ("NO_PROXY", "no_proxy"):
            listed = [part.strip() for part in env.get(name, "").split(",") if part.strip()]
            env[name] = ",".join(dict.fromkeys([*listed, *LOOPBACK]))
    if environ is None:
        _taken_out.update(unwanted)
        return tuple(sorted(_taken_out))
    return tuple(sorted(unwanted))


def environment_problems(environ: Mapping[str, str] | None = None) -> list[str]:
    """Each variable that is misspelt or would make a library fail, in one line with what to do."""
    env = os.environ if environ is None else environ
    problems = []
    for name in (spelt for proxy in _PROXIES for spelt in (proxy, proxy.lower())):
        if (value := env.get(name, "").strip()) and not _is_proxy(value):
            problems.append(
                f"{name}={value} is not the address of a proxy: http://HOST:PORT, or unset {name}"
            )
    for name in _CERTIFICATES:
        if (value := env.get(name, "").strip()) and not os.path.exists(value):
            problems.append(
                f"{name}={value} does not exist: name a file of certificates, or unset {name}"
            )
    return problems + misspelt(env)


def check_environment() -> None:
    """Raise UsageError for the first variable that is wrong, whatever its value is used for."""
    for problem in environment_problems():
        raise UsageError(problem)


def surroundings() -> list[str]:
    """What the environment holds that is meant for other programs, and what becomes of it."""
    said = []
    if left_aside := isolate_process():
        said.append(f"meant for other programs and left aside: {', '.join(left_aside)}")
    if proxies := sorted(name for name in os.environ if name.upper() in _PROXIES):
        said.append(f"loopback is reached without the proxy of {', '.join(proxies)}")
    return said


def is_layer_of_run() -> bool:
    """Whether dbt works for a run of `pqr`, which has looked at the services; else it is plain."""
    return bool(os.environ.get("PQR_LAYER"))


def temporary_folder() -> str:
    """The folder that TMPDIR names, whether it can be used or not."""
    return os.environ.get("TMPDIR", "").strip()


def prefect_api_url(env: Environment, own_port: int | None) -> str | None:
    """The Prefect server that the environment names; None for the home's own one, at `own_port`."""
    url = env.get("PREFECT_API_URL")
    is_own = own_port is not None and url == f"http://127.0.0.1:{own_port}/api"
    return None if is_own else url


def prefect_variable(value: object, environ: MutableMapping[str, str] | None = None) -> str | None:
    """The variable of Prefect that holds `value`."""
    env = os.environ if environ is None else environ
    names = (name for name in sorted(env) if name.startswith("PREFECT_") and env[name] == value)
    return next(names, None)


def _is_elsewhere(value: str, prefix: str) -> bool:
    """Whether a value names a service; what `pqr env` says of our PostgreSQL needs no PG*."""
    is_ours = prefix == "PG" and any(f"@{host}:" in value for host in ("127.0.0.1", "localhost"))
    return bool(value.strip()) and not is_ours


def _is_proxy(value: str) -> bool:
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
