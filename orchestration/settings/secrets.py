"""Random secrets of the embedded services: one file per home, readable by its owner alone."""

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.errors import UsageError

SECRETS_FILE = "secrets.json"
ROLES = ("pqr_admin", "lake_writer", "bi_reader")
_S3_NAMES = ("s3_access_key", "s3_secret_key")
_PREFECT = "prefect"


@dataclass(frozen=True)
class EmbeddedSecrets:
    """Keys of the embedded S3 server, passwords of PostgreSQL's roles, and Prefect's login."""

    values: dict[str, str] = field(repr=False)

    @property
    def access_key(self) -> str:
        """The S3 access key."""
        return self.values["s3_access_key"]

    @property
    def secret_key(self) -> str:
        """The S3 secret key."""
        return self.values["s3_secret_key"]

    @property
    def has_prefect_login(self) -> bool:
        """False in a home of before Prefect was a service, until the next `pqr up`."""
        return _PREFECT in self.values

    @property
    def prefect_login(self) -> str:
        """User and password of the Prefect server, as its page asks for them."""
        return f"pqr:{self.values[_PREFECT]}"

    def password(self, role: str) -> str:
        """The password of a role of PostgreSQL."""
        return self.values[role]


def draw_secrets() -> EmbeddedSecrets:
    """New random secrets."""
    values = {"s3_access_key": f"pqr-{secrets.token_hex(8)}"}
    for name in (*_S3_NAMES[1:], *ROLES, _PREFECT):
        values[name] = secrets.token_hex(24)
    return EmbeddedSecrets(values)


def read_secrets(home: Path) -> EmbeddedSecrets | None:
    """The secrets of `home`; None where `pqr up` has not made any.

    Raises:
        UsageError: The file is damaged, or belongs to another user.
    """
    path = home / SECRETS_FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError:
        raise UsageError(
            f"{path} belongs to another user: run as that user, or choose another PQR_HOME"
        ) from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror})") from None
    except ValueError:
        values = None
    names = (*_S3_NAMES, *ROLES)
    if not isinstance(values, dict) or not all(isinstance(values.get(name), str) for name in names):
        raise UsageError(f"{path} is damaged: remove it, and `pqr up` makes new secrets")
    known = [*names, *([_PREFECT] if isinstance(values.get(_PREFECT), str) else [])]
    return EmbeddedSecrets({name: values[name] for name in known})


def write_secrets(home: Path, drawn: EmbeddedSecrets) -> None:
    """Write the secrets of `home`, whole or not at all, with mode 0600."""
    fresh = home / f"{SECRETS_FILE}.new"
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(drawn.values, file, indent=2)
    fresh.replace(home / SECRETS_FILE)
