"""A home of its own for what is measured: new servers on free ports, gone at the end."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from orchestration.services import lifecycle
from orchestration.settings import Settings, load_settings
from tests.conftest import free_ports


@contextmanager
def new_home() -> Iterator[Settings]:
    """Settings of a home in which nothing runs yet; what is started there ends with the block."""
    with tempfile.TemporaryDirectory(prefix="pqr-bench-") as home:
        s3_port, postgres_port = free_ports()
        settings = load_settings(
            {
                "PQR_HOME": home,
                "PQR_S3_PORT": str(s3_port),
                "PQR_POSTGRES_PORT": str(postgres_port),
                "PQR_PREFECT_PORT": str(postgres_port + 1),
            }
        )
        try:
            yield settings
        finally:
            lifecycle.delete(settings.home)
