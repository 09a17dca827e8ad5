"""The embedded S3 server: one `weed mini` process on loopback, its data in one directory."""

import secrets
import shutil
import signal
import sys
import time
from pathlib import Path

from orchestration.errors import ServiceUnavailable, UsageError
from orchestration.services import ports
from orchestration.services.bucket import check_bucket, ensure_bucket
from orchestration.services.certificates import ensure_certificate
from orchestration.services.homes import running_s3
from orchestration.services.process import (
    NotReady,
    PortTaken,
    Process,
    Refused,
    StartFailed,
    spawn,
    stop,
    tail,
)
from orchestration.settings import SIDE_PORTS, Settings

# Each part of the server has a port for HTTP and one for gRPC, counted from the S3 port.
PARTS = ("s3", "master", "volume", "filer", "admin")
NO_ORIGIN = "https://no-origin.invalid"
# Components that call each other by gRPC: each shows the home's certificate, on both sides.
GRPC_COMPONENTS = (
    "CLIENT", "MASTER", "VOLUME", "FILER", "S3", "ADMIN", "WORKER", "MQ", "MSG_BROKER", "MSG_AGENT",
)  # fmt: skip
READY_SECONDS = 60.0  # after kill -9 one start in four took 20 s
STOP_STEPS = ((signal.SIGTERM, 10.0),)


def data_folder(home: Path) -> Path:
    """Where the server of `home` keeps its objects."""
    return home / "s3"


def log_file(home: Path) -> Path:
    """What the server of `home` says."""
    return home / "logs" / "s3.log"


def port_of(process: Process) -> int:
    """The S3 port on the server's command line."""
    flag = next(argument for argument in process.argv if argument.startswith("-s3.port="))
    return int(flag.partition("=")[2])


def wanted_ports(settings: Settings) -> ports.Wanted:
    """The ports that the server of these settings listens on."""
    every = range(settings.s3_port, settings.s3_port + SIDE_PORTS + 1)
    return ports.Wanted("S3", "PQR_S3_PORT", every)


def require_same_port(settings: Settings) -> None:
    """Raise UsageError when the server of this home runs on another port than the one asked for."""
    process = running_s3(settings.home)
    if process is not None and port_of(process) != settings.s3_port:
        raise UsageError(
            f"S3 of {settings.home} runs on port {port_of(process)}, PQR_S3_PORT asks for "
            f"{settings.s3_port}: `pqr down` first, or unset PQR_S3_PORT"
        )


def start(settings: Settings) -> bool:
    """Start the server, wait until it takes an object, and see that the bucket exists.

    Returns:
        Whether it was started now; False when it was already up.

    Raises:
        PortTaken, StartFailed, NotReady: each names the port or the log.
    """
    process = running_s3(settings.home)
    if process is not None and not data_folder(settings.home).exists():
        halt(settings.home)
        process = None
    if process is not None and _takes_other_keys(settings):
        halt(settings.home)  # started before the home's secrets were made again
        process = None
    if process is not None:
        _wait_until_ready(settings)
        return False
    _launch(settings)
    try:
        _wait_until_ready(settings)
    except StartFailed:
        # A server killed a moment ago may have held its files until now: once more.
        time.sleep(1)
        _launch(settings)
        _wait_until_ready(settings)
    return True


def halt(home: Path, *, at_once: bool = False) -> bool:
    """Stop the server of `home`, `at_once` without a shutdown; False when none ran."""
    process = running_s3(home)
    if process is None:
        return False
    # A server whose data was deleted under it does not end well by itself.
    is_orphan = not data_folder(home).exists()
    stop(process, () if at_once or is_orphan else STOP_STEPS)
    _remove_sockets(port_of(process))
    return True


def _takes_other_keys(settings: Settings) -> bool:
    try:
        check_bucket(settings.s3)
    except Refused as error:
        return "refuses access key" in str(error)
    except ServiceUnavailable:
        return False
    return False


def _launch(settings: Settings) -> None:
    port = settings.s3_port
    ports.require_free(wanted_ports(settings))
    _remove_sockets(port)
    folder = data_folder(settings.home)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = log_file(settings.home)
    try:
        spawn(_command(folder, port), log=log, environment=_environment(settings))
    except OSError as error:
        raise StartFailed(f"the S3 server cannot be started: {error}") from error


def _command(folder: Path, port: int) -> list[str]:
    """The hardened command line: loopback only, no HTTP but S3, no telemetry, no extra gateways."""
    numbers = [
        f"-{part}.port{kind}={port + 2 * place + offset}"
        for place, part in enumerate(PARTS)
        for offset, kind in enumerate(("", ".grpc"))
    ]
    return [
        str(_program()),
        "-logtostderr=true",
        "mini",
        f"-dir={folder}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        # Without it an unauthenticated GET on the master can delete a bucket.
        "-disableHttp=true",
        "-master.telemetry=false",
        "-webdav=false",
        "-admin.ui=false",
        # Objects are read once and then kept by ObjectCache: copies in memory would only leave Go's
        # collector too little room below GOMEMLIMIT.
        "-s3.cacheCapacityMB=0",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-s3.iam=false",
        # As at a real provider: a misspelt bucket is an error, and a full one is not deleted.
        "-s3.autoCreateBucket=false",
        "-s3.allowDeleteBucketNotEmpty=false",
        # No web page may call it from a browser.
        f"-s3.allowedOrigins={NO_ORIGIN}",
        f"-filer.allowedOrigins={NO_ORIGIN}",
        *numbers,
    ]


def _environment(settings: Settings) -> dict[str, str]:
    """Credentials, certificates and memory limits. Signing keys live as long as the process."""
    certificate, key = ensure_certificate(settings.home / "tls")
    keys = ("SIGNING_KEY", "SIGNING_READ_KEY", "FILER_SIGNING_KEY", "FILER_SIGNING_READ_KEY")
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(settings.home),
        "AWS_ACCESS_KEY_ID": settings.s3.access_key,
        "AWS_SECRET_ACCESS_KEY": settings.s3.secret_key,
        # Mutual TLS: without it the gRPC ports answer whoever calls.
        "WEED_GRPC_CA": str(certificate),
        **{f"WEED_GRPC_{name}_CERT": str(certificate) for name in GRPC_COMPONENTS},
        **{f"WEED_GRPC_{name}_KEY": str(key) for name in GRPC_COMPONENTS},
        "GOMEMLIMIT": "400MiB",
        "GOGC": "50",
        **{f"WEED_JWT_{key}": secrets.token_hex(32) for key in keys},
    }


def _program() -> Path:
    beside_python = Path(sys.executable).parent / "weed"
    found = beside_python if beside_python.exists() else shutil.which("weed")
    if found is None:
        raise StartFailed("the S3 server `weed` is not installed: run `make install`")
    return Path(found)


def _wait_until_ready(settings: Settings) -> None:
    deadline = time.monotonic() + READY_SECONDS
    log = log_file(settings.home)
    while True:
        problem = ensure_bucket(settings.s3)
        if problem is None:
            break
        if running_s3(settings.home) is None:
            raise StartFailed(f"the S3 server ended immediately; {log} says: {tail(log)}")
        if time.monotonic() > deadline:
            raise NotReady(
                f"the S3 server stores no object after {READY_SECONDS:.0f} s ({problem}); see {log}"
            )
        time.sleep(0.2)
    holder, ours = ports.owner(settings.s3_port), running_s3(settings.home)
    if ours is None or (holder is not None and holder.pid != ours.pid):
        raise PortTaken(f"port {settings.s3_port} for S3 is answered by {holder}: stop it")


def _remove_sockets(port: int) -> None:
    """Remove what a killed server left in the temporary folder; it ignores TMPDIR.

    Raises:
        PortTaken: another user's killed server left them, and ours would not start.
    """
    ports_of = {part: port + 2 * place for place, part in enumerate(PARTS)}
    names = [f"{part}-grpc-{number + 1}" for part, number in ports_of.items()]
    names += [f"{part}-{ports_of[part]}" for part in ("s3", "filer")]
    for name in names:
        left = Path(f"/tmp/seaweedfs-{name}.sock")  # noqa: S108 - the server's choice
        try:
            left.unlink(missing_ok=True)
        except OSError:
            raise PortTaken(
                f"{left} belongs to another user: remove it, or choose another port: "
                f"`PQR_S3_PORT={ports.free_base(port + 100, SIDE_PORTS + 1)} pqr up`"
            ) from None
