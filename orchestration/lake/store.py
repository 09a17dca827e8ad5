"""Objects on S3: written once, compared when they exist, read back with their checksum."""

import base64
import hashlib
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from orchestration.errors import ServiceUnavailable, UsageError, WorkFailed
from orchestration.lake.s3_client import http_status, is_bucket_missing, s3_errors, store_client
from orchestration.settings.endpoints import S3Settings

PutResult = Literal["created", "identical"]

_ATTEMPTS = 6
_FIRST_PAUSE_SECONDS = 0.2
_CHUNK = 1 << 20
# SeaweedFS compresses what it does not know: of raw events that is most of its work.
_CONTENT_TYPES = {"jsonl": "application/x-ndjson", "parquet": "application/vnd.apache.parquet"}
# Worth another try: throttling, a conflict of two writers, a server that restarts.
_TRANSIENT = frozenset({408, 409, 425, 429, 500, 502, 503, 504})


class StoreUnavailable(ServiceUnavailable):
    """The object store cannot be reached, or keeps failing."""


class StoreRefused(StoreUnavailable):
    """The object store answers, and refuses the credentials or the request."""

    may_pass = False


class BucketMissing(UsageError):
    """The object store answers, and has no bucket of that name."""


class ObjectMissing(WorkFailed):
    """OBJECT_MISSING: a key that must exist does not."""


class ObjectCorrupt(WorkFailed):
    """SIZE_MISMATCH or SHA_MISMATCH: an object holds other bytes than its manifest says."""


class RawConflict(WorkFailed):
    """RAW_CONFLICT: the key exists with other bytes. What is written is never overwritten."""


@dataclass(frozen=True)
class ObjectFacts:
    """What a listing or a HEAD says: `size` in bytes, `modified` in seconds since 1970."""

    key: str
    size: int
    modified: float


class ObjectStore:
    """A bucket. Safe to use from several threads."""

    def __init__(self, settings: S3Settings) -> None:
        self._settings = settings

    @property
    def _client(self) -> Any:
        # Made when it is first needed: none is where all that is read has a local copy.
        return store_client(self._settings)

    @property
    def bucket(self) -> str:
        """The bucket's name."""
        return self._settings.bucket

    def put_once(self, key: str, body: bytes | Path, sha256: str) -> PutResult:
        """Write bytes, or a file that holds them, under a key that must not have other bytes.

        A lost answer, a conflict or an error of the server is settled by reading back.

        Raises:
            RawConflict: The key exists with other bytes.
            StoreUnavailable: The store does not answer, or keeps failing.
        """
        encoded = base64.b64encode(bytes.fromhex(sha256)).decode()
        conditions = {"IfNoneMatch": "*"}
        if self._settings.access.checks_first:
            conditions = {}  # whoever holds the world is alone
            if self.head(key) is not None and self._holds(key, sha256):
                return "identical"
        pause = _FIRST_PAUSE_SECONDS
        for attempt in range(_ATTEMPTS):
            try:
                self._put(key, body, ChecksumSHA256=encoded, **conditions)
                return "created"
            except s3_errors() as error:
                status = http_status(error)
                if status is not None and status != 412 and status not in _TRANSIENT:
                    raise self._unavailable(error, key) from None
                if self._holds(key, sha256):
                    return "identical"
                if status != 412 and attempt == _ATTEMPTS - 1:
                    raise self._unavailable(error, key) from None
            time.sleep(pause)
            pause *= 2
        raise StoreUnavailable(f"s3://{self.bucket}/{key}: refused as existing, yet not readable")

    def get(self, key: str) -> bytes:
        """Read an object. Raises ObjectMissing, StoreUnavailable."""
        try:
            body: bytes = self._client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            return body
        except s3_errors() as error:
            raise self._reading(error, key) from None

    def get_checked(self, key: str, size: int, sha256: str) -> bytes:
        """Read an object whose bytes are known; again if they differ: a bit may flip on the way.

        Raises ObjectMissing, StoreUnavailable, and ObjectCorrupt when they differ both times.
        """
        for _ in range(2):
            body = self.get(key)
            found = len(body), hashlib.sha256(body).hexdigest()
            if found == (size, sha256):
                return body
        raise self._corrupt(key, found, size, sha256)

    def download_checked(self, key: str, size: int, sha256: str, file: Path) -> None:
        """Read an object whose bytes are known into a local file. Raises as `get_checked` does."""
        for _ in range(2):
            with file.open("wb") as target:
                found = self.digest(key, target)
            if found == (size, sha256):
                return
        raise self._corrupt(key, found, size, sha256)

    def _corrupt(self, key: str, found: tuple[int, str], size: int, sha256: str) -> ObjectCorrupt:
        name, short = f"s3://{self.bucket}/{key}", found[1][:12]
        way_out = "`pqr verify` says how to mend it"
        if found[0] != size:
            said = f"SIZE_MISMATCH: {name} has {found[0]} bytes, not {size}"
        else:
            said = f"SHA_MISMATCH: {name} has sha256 {short}, not {sha256[:12]}"
        return ObjectCorrupt(f"{said}: {way_out}")

    def digest(self, key: str, target: IO[bytes] | None = None) -> tuple[int, str]:
        """Size and sha256 of an object, read in pieces, also to `target`. Raises as `get` does."""
        digest, size = hashlib.sha256(), 0
        try:
            body = self._client.get_object(Bucket=self.bucket, Key=key)["Body"]
            for chunk in body.iter_chunks(_CHUNK):
                digest.update(chunk)
                size += len(chunk) if target is None else target.write(chunk)
        except s3_errors() as error:
            raise self._reading(error, key) from None
        return size, digest.hexdigest()

    def head(self, key: str) -> ObjectFacts | None:
        """Facts of an object, or None. Raises StoreUnavailable."""
        try:
            answer = self._client.head_object(Bucket=self.bucket, Key=key)
        except s3_errors() as error:
            if http_status(error) == 404:
                return None
            raise self._unavailable(error, key) from None
        modified = answer["LastModified"].timestamp()
        return ObjectFacts(key, answer["ContentLength"], modified)

    def list(self, prefix: str) -> Iterator[ObjectFacts]:
        """Objects under a prefix, in no order that means something. Raises StoreUnavailable."""
        try:
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=prefix):
                for item in page.get("Contents", ()):
                    modified = item["LastModified"].timestamp()
                    yield ObjectFacts(item["Key"], item["Size"], modified)
        except s3_errors() as error:
            raise self._unavailable(error, prefix) from None

    def delete(self, key: str) -> None:
        """Remove an object; only collection does. Raises StoreUnavailable."""
        try:
            self._client.delete_object(Bucket=self.bucket, Key=key)
        except s3_errors() as error:
            raise self._unavailable(error, key) from None

    def append(self, key: str, addition: bytes) -> None:
        """Let a log grow: read it, write it longer. One writer at a time (the run's holder)."""
        try:
            before = self.get(key)
        except ObjectMissing:
            before = b""
        try:
            self._put(key, before + addition)
        except s3_errors() as error:
            raise self._unavailable(error, key) from None

    def _put(self, key: str, body: bytes | Path, **conditions: Any) -> None:
        kind = _CONTENT_TYPES.get(key.rpartition(".")[2], "binary/octet-stream")
        with body.open("rb") if isinstance(body, Path) else nullcontext(body) as content:
            self._client.put_object(
                Bucket=self.bucket, Key=key, Body=content, ContentType=kind, **conditions
            )

    def _holds(self, key: str, sha256: str) -> bool:
        """Whether the key exists with these bytes; False when it does not exist."""
        try:
            found = self.digest(key)[1]
        except (ObjectMissing, StoreUnavailable):
            return False
        if found != sha256:
            raise RawConflict(
                f"RAW_CONFLICT: s3://{self.bucket}/{key} exists with sha256 {found[:12]},"
                f" this attempt made {sha256[:12]}; it is not overwritten: see `pqr verify`"
            )
        return True

    def _reading(self, error: Exception, key: str) -> Exception:
        if http_status(error) == 404 and not is_bucket_missing(error):
            return ObjectMissing(f"OBJECT_MISSING: s3://{self.bucket}/{key} does not exist")
        return self._unavailable(error, key)

    def _unavailable(self, error: Exception, key: str) -> StoreUnavailable | BucketMissing:
        if is_bucket_missing(error):
            return BucketMissing(
                f"bucket {self.bucket} does not exist at {self._settings.endpoint_url}: check its"
                " name; `pqr up` creates that of the lake"
            )
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        kind = StoreUnavailable if http_status(error) in (None, 412, *_TRANSIENT) else StoreRefused
        remedy = "start it with `pqr up`, or check AWS_ENDPOINT_URL and the keys"
        if "RequestTimeTooSkewed" in reason:
            remedy = "set the clock of this machine or of the server"
        where = f"{self._settings.endpoint_url}, bucket {self.bucket}, key {key}"
        return kind(f"S3 at {where}: {reason}; {remedy}")
