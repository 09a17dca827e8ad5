"""The errors that end a command, each family with the exit code of the product's contract."""

from typing import ClassVar


def installing(extra: str) -> str:
    """The command that adds an extra and takes nothing away, where uv is only in .venv."""
    return f"`.venv/bin/uv sync --inexact --extra {extra}`"


class PqrError(Exception):
    """An expected failure: its message is one line that names the thing, the value, the way out."""

    exit_code: ClassVar[int] = 1
    # Whether the same command, given again, may find the cause gone without anything being edited.
    may_be_repeated: ClassVar[bool] = False


class WorkFailed(PqrError):
    """The work itself failed: a check, a verification, a step or a conflict."""

    exit_code = 1


class UsageError(PqrError):
    """Wrong use or wrong configuration."""

    exit_code = 2


class ServiceUnavailable(PqrError):
    """A service cannot be reached, or answers with an error of its own.

    `may_pass`: another try may find it well again; not when it refuses who we are.
    """

    exit_code = 3
    may_pass: ClassVar[bool] = True


class Locked(PqrError):
    """Another run holds the lock."""

    exit_code = 4
    may_be_repeated = True
