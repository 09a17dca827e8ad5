"""An attacker's tools, run as another user of the machine: nobody, who has no key.

Called as a script by tests that run as root: it loads what it needs, then gives its rights away.
"""

import os
import socket
import sys

NOBODY = 65534


def become_nobody() -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    os.chdir("/")


def run_code_in_dask(address: str) -> None:
    """Ask a scheduler, in every way that it might accept, to run code."""
    from distributed import Client
    from distributed.security import Security

    stranger = Security.temporary()
    become_nobody()
    place = address.rpartition("://")[2]
    for scheme, security in (("tcp", Security()), ("tls", stranger)):
        try:
            with Client(f"{scheme}://{place}", security=security, timeout=4) as client:
                print("OWNED", client.run_on_scheduler(os.getpid))
        except Exception as error:
            print("refused", scheme, type(error).__name__)


def read_http(*addresses: str) -> None:
    """Ask for pages, given as PORT/PATH on loopback."""
    become_nobody()
    for address in addresses:
        port, _, path = address.partition("/")
        with socket.socket() as client:
            client.settimeout(5)
            # Numbers alone: looking a name up would load modules that nobody may read.
            client.connect(("127.0.0.1", int(port)))
            client.sendall(f"GET /{path} HTTP/1.0\r\n\r\n".encode())
            answer = client.recv(1000).split(b"\r\n", 1)[0].decode()
        print("READ" if " 200 " in answer else "refused", address, answer)


def run(*command: str) -> None:
    """Run another program."""
    become_nobody()
    os.execv(command[0], command)


def pose(*command: str) -> None:
    """Sleep under a command line that is not its own."""
    become_nobody()
    os.execv("/bin/sh", [command[0], "-c", "sleep 120; :", *command[1:]])


def pose_as_postgres(port: str) -> None:
    """Ask every client for its password in plain text, as a server of PostgreSQL may."""
    become_nobody()
    with socket.create_server(("127.0.0.1", int(port))) as server:
        print("ready", flush=True)
        while True:
            client, _ = server.accept()
            with client:
                startup = _message(client)
                if startup[:4] == bytes((4, 210, 22, 47)):  # may it be encrypted?
                    client.sendall(b"N")
                    _message(client)
                client.sendall(b"R\0\0\0\x08\0\0\0\x03")
                print("READ" if client.recv(1) == b"p" else "refused", flush=True)


def _message(client: socket.socket) -> bytes:
    size = int.from_bytes(client.recv(4), "big")
    return client.recv(size - 4) if size else b""


def read_files(*paths: str) -> None:
    """Open files, and connect to sockets."""
    become_nobody()
    for path in paths:
        try:
            if path.endswith(".sock"):
                with socket.socket(socket.AF_UNIX) as client:
                    client.connect(path)
            else:
                with open(path, "rb") as file:
                    file.read(1)
            print("READ", path)
        except OSError as error:
            print("refused", path, error.strerror)


if __name__ == "__main__":
    attacks = {
        "dask": run_code_in_dask, "http": read_http, "files": read_files, "pose": pose, "run": run,
        "postgres": pose_as_postgres,
    }  # fmt: skip
    attacks[sys.argv[1]](*sys.argv[2:])
