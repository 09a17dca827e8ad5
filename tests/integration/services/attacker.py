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


def read_http(*urls: str) -> None:
    """Ask for pages."""
    import urllib.error
    import urllib.request

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    become_nobody()
    for url in urls:
        try:
            with opener.open(url, timeout=5) as answer:
                print("READ", url, answer.status)
        except (OSError, urllib.error.HTTPError) as error:
            print("refused", url, error)


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
    {"dask": run_code_in_dask, "http": read_http, "files": read_files}[sys.argv[1]](*sys.argv[2:])
