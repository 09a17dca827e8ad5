"""Variables of other programs: what must not reach the libraries is taken out of the process.

A shell holds variables for proxies, AWS, libpq, Prefect and Python. Libraries read them behind our
back, and so would reach other services than the settings name, or none.
"""

import os
import warnings
from collections.abc import MutableMapping
from urllib.parse import urlsplit

from orchestration.errors import UsageError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
# Given to every client as an argument, or read by none of ours: a profile that does not exist
# stops boto3 even then.
_IGNORED = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "PYTHONWARNINGS", "PYTHONPATH", "PYTHONHOME")
# What of AWS and libpq counts beside services that the environment itself names.
_AWS_WITH_ENDPOINT = ("AWS_ENDPOINT_URL", "RUSTFS_ENDPOINT")
_POSTGRES_NAMED = ("PQR_POSTGRES_DSN", "POSTGRES_HOST")


def isolate_process(environ: MutableMapping[str, str] | None = None) -> None:
    """Take variables out of this process, and so of its children, that are not meant for it.

    Loopback is reached without a proxy. AWS_* and PG* go where the services are embedded; where the
    environment names them, they are kept but for AWS's profile.
    """
    env = os.environ if environ is None else environ
    for name in _IGNORED:
        env.pop(name, None)
    if environ is None and any(action == "error" for action, *_ in warnings.filters):
        warnings.resetwarnings()
    for prefix, named_by in (("AWS_", _AWS_WITH_ENDPOINT), ("PG", _POSTGRES_NAMED)):
        if not any(env.get(name, "").strip() for name in named_by):
            for name in [name for name in env if name.startswith(prefix)]:
                if name not in ("AWS_REGION", "AWS_DEFAULT_REGION"):
                    del env[name]
    # A profile of a PREFECT_HOME that is not used: ours lies in PQR_HOME.
    if "PREFECT_HOME" not in env:
        env.pop("PREFECT_PROFILE", None)
    if any(env.get(name) or env.get(name.lower()) for name in _PROXIES):
        for name in ("NO_PROXY", "no_proxy"):
            listed = [part.strip() for part in env.get(name, "").split(",") if part.strip()]
            env[name] = ",".join(dict.fromkeys([*listed, *LOOPBACK]))


def check_environment(environ: MutableMapping[str, str] | None = None) -> None:
    """Name the variable that would make a library fail.

    Raises:
        UsageError: A proxy that is not an address, or certificates that do not exist.
    """
    env = os.environ if environ is None else environ
    for name in _PROXIES:
        for spelt in (name, name.lower()):
            if (value := env.get(spelt, "").strip()) and not _is_proxy(value):
                raise UsageError(
                    f"{spelt}={value} is not the address of a proxy: http://HOST:PORT,"
                    f" or unset {spelt}"
                )
    for name in _CERTIFICATES:
        if (value := env.get(name, "").strip()) and not os.path.exists(value):
            raise UsageError(
                f"{name}={value} does not exist: name a file of certificates, or unset {name}"
            )


def names_prefect_server(environ: MutableMapping[str, str] | None = None) -> bool:
    """Whether the environment names a Prefect server, so that none of our own is started."""
    env = os.environ if environ is None else environ
    return bool(env.get("PREFECT_API_URL", "").strip())


def _is_proxy(value: str) -> bool:
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
