"""Starts each service of the stack with compose's own commands and environment."""

import os
import pwd
import subprocess
import time
from dataclasses import replace
from pathlib import Path

from stack import LOCAL, PATH, Stack, answer

from orchestration.services import s3
from orchestration.settings import load_settings
from orchestration.settings.endpoints import S3Settings

POSTGRES = Path("/usr/lib/postgresql/15/bin")


def start_postgres(stack: Stack) -> None:
    """initdb, the server with compose's settings, and the init script, as the image does it."""
    data = stack.folder / "postgres"
    data.mkdir()
    account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    if account:
        os.chown(data, account.pw_uid, -1)
    given = stack.services["postgres"]["environment"]
    password = stack.folder / "password"
    password.write_text(given["POSTGRES_PASSWORD"])
    os.chmod(password, 0o644)
    # The built-in locale of the image's version 17 is not in 15.
    subprocess.run(
        [POSTGRES / "initdb", "-D", data / "db", "-U", given["POSTGRES_USER"], "--locale=C.UTF-8",
         "--encoding=UTF8", "--auth-host=scram-sha-256", "--auth-local=trust",
         f"--pwfile={password}"],
        check=True, capture_output=True, cwd="/", **user,
    )  # fmt: skip
    settings = stack.services["postgres"]["command"][1:]
    command = [POSTGRES / "postgres", "-D", data / "db", "-p", str(stack.ports["postgres"]),
               "-c", "listen_addresses=127.0.0.1", "-k", str(data), *settings]  # fmt: skip
    log = stack.stack.enter_context((stack.folder / "postgres.log").open("wb"))
    process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **user)
    stack.stack.callback(process.wait, 60)
    stack.stack.callback(process.send_signal, 2)
    psql = {
        "PATH": PATH, "PGHOST": str(data), "PGPORT": str(stack.ports["postgres"]),
        **{name: str(value) for name, value in given.items()},
    }  # fmt: skip
    ready = [POSTGRES / "pg_isready", "-q"]
    while subprocess.run(ready, env=psql).returncode:
        assert process.poll() is None, (stack.folder / "postgres.log").read_text()
        time.sleep(0.2)
    subprocess.run(
        ["psql", "-q", "-U", given["POSTGRES_USER"], "-d", "postgres", "-c",
         f"create database {given['POSTGRES_DB']}"],
        env=psql, check=True,
    )  # fmt: skip
    subprocess.run([LOCAL / "postgres" / "init.sh"], env=psql, check=True)


def start_store(stack: Stack) -> None:
    """SeaweedFS in the place of RustFS, with compose's keys."""
    given = stack.services["rustfs"]["environment"]
    home = stack.folder / "store"
    plain = load_settings({"PQR_HOME": str(home), "PQR_S3_PORT": str(stack.ports["s3"])})
    store = S3Settings(
        plain.s3.endpoint_url, "us-east-1", given["RUSTFS_ACCESS_KEY"], given["RUSTFS_SECRET_KEY"],
        "pqr-lakehouse", is_embedded=True,
    )  # fmt: skip
    (home / "logs").mkdir(parents=True)
    s3.start(replace(plain, s3=store))
    stack.stack.callback(s3.halt, home)


def start_compute(stack: Stack) -> None:
    ports = stack.ports
    swaps = {"8786": str(ports["dask-scheduler"]), ":8787": f"127.0.0.1:{ports['dask']}"}
    stack.run("certificates")
    stack.start("dask-scheduler", swaps)
    answer(stack.url("dask", "/health"))
    for number in (1, 2):
        address = f"127.0.0.1:{ports[f'worker-{number}']}"
        scheduler = f"tls://127.0.0.1:{ports['dask-scheduler']}"
        stack.start(
            "dask-worker",
            {
                ":8788": address,
                "tls://dask-scheduler:8786": scheduler,
            },
            label=f"worker-{number}",
        )
    stack.start("prefect", {"4200": str(ports["prefect"])})
    answer(stack.url("prefect", "/api/health"))


def start_worker(stack: Stack) -> None:
    """Prefect's worker, once the server knows what it serves."""
    stack.start("prefect-worker", {})
    answer(stack.url("prefect-worker", "/health"))
