"""What no command expected: a log with the traceback, and one line that names it."""

import errno
import os
import sys
import tempfile
import traceback
import unicodedata
from contextlib import suppress
from pathlib import Path

from orchestration.errors import Locked, PqrError, ServiceUnavailable, UsageError, WorkFailed
from orchestration.settings import load_settings

_LONGEST_REASON = 300
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def last_resort(error: Exception) -> tuple[str, int]:
    """The line to print for an error that no command expected, and the exit code.

    A file that cannot be read or written is the user's to mend, and named, and so is a service that
    went away; anything else is a fault of this program, whose traceback goes to a log.
    """
    if isinstance(error, OSError) and error.filename is not None:
        code = 1 if error.errno == errno.ENOSPC else UsageError.exit_code
        return f"{_name(error.filename)}: {error.strerror}", code
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return f"no room is left for what is written, a file or the output: {error.strerror}", 1
    if isinstance(error, FileNotFoundError):  # of no file: what Python says of temporary folders
        return f"{_reason(error)}: free some room there, or name another folder in TMPDIR", 1
    if (of_service := _of_service(error)) is not None:
        return of_service
    if isinstance(error, UnicodeError):
        return f"text that is not UTF-8: {_reason(error)}", UsageError.exit_code
    return f"{type(error).__name__}: {_reason(error)}; the traceback is in {_log(error)}", 1


def plain(text: str) -> str:
    """The text with control characters and marks of direction as their numbers.

    What a delivery or a server said may hold escapes that would steer a terminal.
    """
    return "".join(
        character
        if character == "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co")
        else ascii(character)[1:-1]
        for character in text
    )


def _of_service(error: Exception) -> tuple[str, int] | None:
    """What to say of a lost connection, a lock of somebody else, a database of another version."""
    import psycopg

    from orchestration.flows.failures import may_pass

    if may_pass(error):
        said = f"a service went away: {_reason(error)}; `pqr status` says which, `pqr up` starts it"
        return f"{said}; then give the same command again", ServiceUnavailable.exit_code
    if isinstance(error, psycopg.errors.LockNotAvailable):
        said = f"another process holds what this command needs: {_reason(error)}"
        return f"{said}; wait for it, then give the same command again", Locked.exit_code
    missing = (
        psycopg.errors.UndefinedTable,
        psycopg.errors.UndefinedColumn,
        psycopg.errors.UndefinedFunction,
        psycopg.errors.InvalidSchemaName,
    )
    if isinstance(error, missing):
        said = f"the database is not of this version: {str(error).strip().splitlines()[0]}"
        return f"{said}; `pqr up` migrates it", WorkFailed.exit_code
    return None


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split()) or "no further word"
    return text if len(text) <= _LONGEST_REASON else text[:_LONGEST_REASON] + "..."


def _name(filename: object) -> str:
    return os.fsdecode(filename) if isinstance(filename, str | bytes) else str(filename)


def _log(error: Exception) -> Path | str:
    text = "".join(traceback.format_exception(error))
    for folder in _folders():
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(".log", "pqr-error-", folder)
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(f"{sys.argv!r}\n{text}")
        except OSError:
            continue
        return Path(name)
    return "no file: neither PQR_HOME nor the temporary folder can be written to"


def _folders() -> list[Path]:
    folders = []
    with suppress(PqrError):
        home = load_settings().home
        folders += [home / "logs"] if home.exists() else []
    with suppress(OSError):  # none that could be written to: their disk is full
        folders.append(Path(tempfile.gettempdir()))
    return folders
