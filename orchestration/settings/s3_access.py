"""How an S3 server is spoken to: addresses, certificates, and whose keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from orchestration.errors import UsageError
from orchestration.settings import variables

_PEM = b"-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True)
class S3Access:
    """What every client of the object store is told, whichever library it is of.

    Attributes:
        addressing: Where the name of the bucket stands: in the path, or before the host.
        session_token: Beside temporary keys.
        ca_bundle: Certificates of the authorities that are trusted, PEM; None: the system's.
        uses_chain: The keys are those that AWS's credential chain finds, and may change.
        checks_first: Keys are looked up before they are written: the server has no conditional
            PUT.
    """

    addressing: Literal["path", "virtual"] = "path"
    session_token: str | None = field(default=None, repr=False)
    ca_bundle: Path | None = None
    uses_chain: bool = False
    checks_first: bool = False

    @property
    def url_style(self) -> str:
        """The addressing in DuckDB's word."""
        return "vhost" if self.addressing == "virtual" else "path"


@dataclass(frozen=True)
class Keys:
    """An access key and its secret; a session token when they are temporary."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


def s3_access(env: Mapping[str, str], host: str, *, is_address: bool) -> S3Access:
    """Read the variables.

    Args:
        env: The environment.
        host: Of the endpoint.
        is_address: Whether it is a number, before which no name of a bucket can stand.

    Raises:
        UsageError: A value that none of the clients could use; names the variable and the value.
    """
    addressing = variables.choice(env, "PQR_S3_ADDRESSING", ("path", "virtual"))
    if addressing == "virtual" and is_address:
        raise UsageError(
            f"PQR_S3_ADDRESSING=virtual needs an endpoint with a name, and {host} is an address:"
            " name it, or use PQR_S3_ADDRESSING=path"
        )
    token = env.get("AWS_SESSION_TOKEN")
    uses_chain = variables.choice(env, "PQR_S3_CREDENTIALS", ("keys", "chain")) == "chain"
    if token is not None and not token.isprintable():
        raise UsageError("AWS_SESSION_TOKEN has a control character: copy it again, on one line")
    return S3Access(
        addressing="virtual" if addressing == "virtual" else "path",
        session_token=None if uses_chain else token,
        ca_bundle=_ca_bundle(env),
        uses_chain=uses_chain,
        checks_first=variables.choice(env, "PQR_S3_CONDITIONAL_PUT", ("server", "checked"))
        == "checked",
    )


def chain_keys() -> Keys:
    """The keys that AWS's credential chain gives now: variables, profile, web identity, metadata.

    Raises:
        UsageError: It finds none.
    """
    # Here: most homes have keys of their own, and importing botocore takes its time.
    from botocore.exceptions import BotoCoreError

    try:
        found = _chain().get_credentials()
        frozen = found.get_frozen_credentials() if found else None
    except (BotoCoreError, OSError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise UsageError(
            f"PQR_S3_CREDENTIALS=chain fails ({reason}): correct it, or give keys"
        ) from None
    if frozen is None:
        raise UsageError(
            "PQR_S3_CREDENTIALS=chain finds no credentials: set AWS_PROFILE, a web identity or a"
            " role, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    return Keys(frozen.access_key, frozen.secret_key, frozen.token)


@cache
def _chain() -> Any:
    """One session, which renews what it has found before it expires."""
    from botocore.session import Session

    return Session()


def _ca_bundle(env: Mapping[str, str]) -> Path | None:
    if "AWS_CA_BUNDLE" not in env:
        return None
    path = variables.file(env, "AWS_CA_BUNDLE", "a file of certificates in PEM")
    if _PEM not in path.read_bytes():
        raise UsageError(
            f"AWS_CA_BUNDLE={path} holds no certificate in PEM ({_PEM.decode()}): name another"
            " file, or unset AWS_CA_BUNDLE"
        )
    return path
