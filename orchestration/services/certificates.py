"""A certificate per home: what the parts of the embedded S3 server show each other.

The server's gRPC ports take calls of whoever shows it, and of nobody else. It signs itself, is its
own authority, and no other certificate is accepted. Compose makes one for its Dask the same way:
`python -m orchestration.services.certificates dask FOLDER`.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_VALID_FOR = timedelta(days=3650)


def ensure_certificate(folder: Path, name: str = "grpc") -> tuple[Path, Path]:
    """Make the certificate and its key in `folder`, readable by us alone, unless they are there.

    Args:
        folder: Where they are.
        name: Of the files, and of whom they certify.

    Returns:
        The files of the certificate and of the key, PEM.
    """
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    if not (certificate.exists() and key.exists()):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        private, public = _make(f"pqr-{name}")
        _write(key, private)
        _write(certificate, public)
    return certificate, key


def _make(common_name: str) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A clock that is set back between two starts must not make them invalid.
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(common_name)]), False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private, certificate.public_bytes(serialization.Encoding.PEM)


def _write(path: Path, body: bytes) -> None:
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
    fresh.replace(path)


if __name__ == "__main__":
    ensure_certificate(Path(sys.argv[2]), sys.argv[1])
