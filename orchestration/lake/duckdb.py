"""DuckDB over the lake: extensions without a network, the S3 secret, limits."""

import secrets
import shutil
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import duckdb

from orchestration.errors import WorkFailed
from orchestration.settings import Settings
from orchestration.settings.endpoints import S3Settings, endpoint_address

_EXTENSIONS = ("httpfs", "postgres_scanner")
# A folder of spilled rows that is older was left by a process that was killed.
_LEFT_BEHIND_SECONDS = 7 * 86_400


class ExtensionMissing(WorkFailed):
    """A package that carries an extension of DuckDB is not installed, or is of another version."""


def link_extensions(home: Path) -> Path:
    """Put the extension files where DuckDB looks for them; repeatable.

    Returns:
        The folder to give as `extension_directory`.
    """
    root = home / "duckdb_extensions"
    platform = duckdb.execute("pragma platform").fetchall()[0][0]
    target_folder = root / f"v{duckdb.__version__}" / platform
    target_folder.mkdir(parents=True, exist_ok=True)
    for name in _EXTENSIONS:
        source = _packaged(name)
        target = target_folder / source.name
        if target.is_symlink() and target.resolve() == source:
            continue
        # A link of an environment that has moved, or a copy, is replaced.
        # Under a name of its own: another command may do the same at this moment.
        fresh = target.with_suffix(f".{secrets.token_hex(4)}")
        try:
            fresh.symlink_to(source)
        except OSError:
            shutil.copyfile(source, fresh)
        fresh.replace(target)
    return root


def keep_secrets_for_dbt(settings: Settings) -> None:
    """Write the keys of the embedded services where plain `dbt build` finds them.

    dbt's profile cannot read a file; DuckDB can: persistent secrets, in files of mode 0600.
    """
    folder = settings.home / "duckdb_secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "extension_directory": str(settings.home / "duckdb_extensions"),
        "autoinstall_known_extensions": "false",
        "secret_directory": str(folder),
    }
    with duckdb.connect(config=config) as connection:
        connection.execute("load httpfs; load postgres_scanner")
        if settings.s3.is_embedded:
            connection.execute(_secret(settings.s3, "persistent secret embedded_s3", "s3://"))
        if settings.postgres.is_embedded:
            url = settings.postgres.url
            connection.execute(
                "create or replace persistent secret embedded_postgres (type postgres,"
                f" host {quoted(url.host)}, port {quoted(str(url.port))}, user {quoted(url.user)},"
                f" password {quoted(url.password)}, database {quoted(url.database)})"
            )


def connect(
    settings: Settings,
    *,
    threads: int = 1,
    memory_limit: str = "1GB",
    database: str = ":memory:",
) -> duckdb.DuckDBPyConnection:
    """Open DuckDB with httpfs loaded and the S3 secret of `settings`.

    Args:
        settings: Where the bucket is, and the home of the extensions.
        threads: Threads of the engine; one in a task.
        memory_limit: As DuckDB writes it.
        database: A file, or `:memory:`.
    """
    connection = local_engine(
        settings, threads=threads, memory_limit=memory_limit, database=database
    )
    connection.execute("load httpfs")
    if settings.s3.access.ca_bundle is not None:
        connection.execute(f"set ca_cert_file = {quoted(str(settings.s3.access.ca_bundle))}")
        connection.execute("set enable_server_cert_verification = true")
    # Objects are small and read whole: one request each instead of four.
    connection.execute("set force_download = true")
    connection.execute("set httpfs_connection_caching = true")
    connection.execute(_secret(settings.s3, "secret lake", f"s3://{settings.s3.bucket}"))
    return connection


def local_engine(
    settings: Settings,
    *,
    threads: int = 1,
    memory_limit: str = "1GB",
    database: str = ":memory:",
) -> duckdb.DuckDBPyConnection:
    """Open DuckDB for files of this machine, such as the local copies of objects.

    A run opens many: httpfs, which they do not need, would be most of the time that it takes.
    The arguments are those of `connect`.
    """
    connection = duckdb.connect(
        database,
        config={
            "extension_directory": str(link_extensions(settings.home)),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            # A place of its own keeps the user's secrets out. Forbidding persistent ones altogether
            # breaks `attach` to PostgreSQL, which looks for them.
            "secret_directory": str(settings.home / "no_secrets"),
            "temp_directory": str(_spill_folder(settings.home)),
            "threads": str(threads),
            "memory_limit": memory_limit,
        },
    )
    connection.execute("set TimeZone = 'UTC'")
    # In a Dask worker DuckDB takes itself for a console, and would draw bars into the output.
    connection.execute("set enable_progress_bar = false")
    return connection


def _spill_folder(home: Path) -> Path:
    """A folder of one connection for rows beyond its memory; DuckDB makes it and removes it.

    Without one DuckDB spills into `.tmp` where the command was called, for others to read.
    """
    root = home / "spill"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in root.iterdir():
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFT_BEHIND_SECONDS:
                shutil.rmtree(left)
    return root / secrets.token_hex(8)


def _secret(s3: S3Settings, kind_and_name: str, scope: str) -> str:
    host, port = endpoint_address("AWS_ENDPOINT_URL", s3.endpoint_url)
    use_ssl = str(s3.endpoint_url.startswith("https://")).lower()
    keys = s3.keys
    return (
        f"create or replace {kind_and_name} (type s3, provider config,"
        f" key_id {quoted(keys.access_key)}, secret {quoted(keys.secret_key)},"
        f" session_token {quoted(keys.session_token or '')},"
        f" region {quoted(s3.region)}, endpoint {quoted(f'{host}:{port}')},"
        f" url_style {quoted(s3.access.url_style)}, use_ssl {use_ssl}, scope {quoted(scope)})"
    )


def _packaged(name: str) -> Path:
    spec = find_spec(f"duckdb_extension_{name}")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        file = Path(folder, "extensions", f"v{duckdb.__version__}", f"{name}.duckdb_extension")
        if file.is_file():
            return file.resolve()
    raise ExtensionMissing(
        f"the package duckdb-extension-{name.replace('_', '-')} {duckdb.__version__} is not"
        " installed: it moves together with duckdb"
    )


def quoted(value: str) -> str:
    """A text literal of SQL."""
    return "'" + value.replace("'", "''") + "'"
