"""The probes of an S3 server: each does what a run relies on, and says what the server did instead.

Every probe writes objects of its own below `dev/.probe/`, and all of them are removed.
"""

import base64
import hashlib
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Barrier
from typing import Any, Final

from botocore.exceptions import ClientError

from orchestration.services.bucket import PROBE_PREFIX, client
from orchestration.settings.endpoints import S3Settings

_WRITERS: Final = 8
_PARALLEL: Final = 16
_LISTED: Final = 1_050  # a page of S3 has 1,000 keys
_PART_BYTES: Final = 5 << 20  # the smallest part of an upload in parts
_SKEW_SECONDS: Final = 60
_REFUSED: Final = (412, 409)


class Missing(Exception):
    """A guarantee that the server does not give: what it did."""


class Probe:
    """A place in the bucket to try things out in, and a client that takes no second try."""

    def __init__(self, s3: S3Settings) -> None:
        self.client: Any = client(s3)
        self.bucket = s3.bucket
        self.prefix = f"{PROBE_PREFIX}{uuid.uuid4()}/"
        self.keys: set[str] = set()

    def put(self, name: str, body: bytes, **how: Any) -> None:
        """Write an object of the probe."""
        key = self.prefix + name
        self.keys.add(key)
        self.client.put_object(Bucket=self.bucket, Key=key, Body=body, **how)

    def get(self, name: str, **how: Any) -> bytes:
        """Read one."""
        answer = self.client.get_object(Bucket=self.bucket, Key=self.prefix + name, **how)
        body: bytes = answer["Body"].read()
        return body

    def listed(self, folder: str) -> list[str]:
        """The names under a folder, page by page."""
        pages = self.client.get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=self.bucket, Prefix=self.prefix + folder)
        return [
            item["Key"].removeprefix(self.prefix)
            for page in found
            for item in page.get("Contents", ())
        ]

    def remove(self) -> None:
        """Delete all that was written, whether listings show it or not."""
        with ThreadPoolExecutor(_PARALLEL) as pool:
            list(pool.map(self._delete, self.keys))

    def _delete(self, key: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=key)


def conditional_put(probe: Probe) -> None:
    """Of several writers of a key exactly one wins, and what it wrote stays."""
    for number in range(3):
        ready, name = Barrier(_WRITERS), f"race-{number}"

        def write(writer: int, ready: Barrier = ready, name: str = name) -> bytes | None:
            body = f"writer {writer}".encode()
            ready.wait()
            try:
                probe.put(name, body, IfNoneMatch="*")
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] not in _REFUSED:
                    raise
                return None
            return body

        with ThreadPoolExecutor(_WRITERS) as pool:
            won = [body for body in pool.map(write, range(_WRITERS)) if body is not None]
        if len(won) != 1:
            raise Missing(
                f"{len(won)} of {_WRITERS} writers of one key were told that they made it"
            )
        if probe.get(name) != won[0]:
            raise Missing("a write that was refused changed the object all the same")


def read_after_write(probe: Probe) -> None:
    """What was written is read and listed, what was deleted is not."""
    for number in range(10):
        name, body = f"fresh/{number}", f"fresh {number}".encode()
        probe.put(name, body)
        if probe.get(name) != body:
            raise Missing("an object does not hold what was just written")
        if name not in probe.listed("fresh/"):
            raise Missing("a listing lacks an object that was just written")
    probe.client.delete_object(Bucket=probe.bucket, Key=f"{probe.prefix}fresh/0")
    if "fresh/0" in probe.listed("fresh/"):
        raise Missing("a listing shows an object that was just deleted")


def pagination(probe: Probe) -> None:
    """A listing of more than one page has every key."""
    names = [f"many/{number:05d}" for number in range(_LISTED)]
    with ThreadPoolExecutor(_PARALLEL) as pool:
        list(pool.map(lambda name: probe.put(name, b""), names))
    found = probe.listed("many/")
    if sorted(found) != names:
        raise Missing(f"a listing of {_LISTED:,} objects gives {len(set(found)):,} of them")


def ranges(probe: Probe) -> None:
    """Parts of an object are read by their place."""
    probe.put("range", b"0123456789")
    for wanted, body in (("bytes=2-5", b"2345"), ("bytes=-3", b"789"), ("bytes=7-", b"789")):
        if probe.get("range", Range=wanted) != body:
            raise Missing(f"Range: {wanted} gives other bytes")


def checksums(probe: Probe) -> None:
    """A body of another sha256 than the one sent with it is refused."""
    body = b"what is meant"
    right, wrong = (
        base64.b64encode(hashlib.sha256(text).digest()).decode() for text in (body, b"another")
    )
    probe.put("sum-right", body, ChecksumSHA256=right)
    try:
        probe.put("sum-wrong", body, ChecksumSHA256=wrong)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
            raise
    else:
        raise Missing("it accepts a body whose sha256 is not the one sent with it")


def multipart(probe: Probe) -> None:
    """An object that is uploaded in parts is whole."""
    key = f"{probe.prefix}parts"
    where = {"Bucket": probe.bucket, "Key": key}
    probe.keys.add(key)
    upload = probe.client.create_multipart_upload(**where)["UploadId"]
    try:
        bodies, parts = (b"a" * _PART_BYTES, b"the end"), []
        for number, body in enumerate(bodies, start=1):
            named = {**where, "UploadId": upload, "PartNumber": number}
            answer = probe.client.upload_part(**named, Body=body)
            parts.append({"PartNumber": number, "ETag": answer["ETag"]})
        probe.client.complete_multipart_upload(
            **where, UploadId=upload, MultipartUpload={"Parts": parts}
        )
    except BaseException:
        probe.client.abort_multipart_upload(**where, UploadId=upload)
        raise
    if probe.get("parts") != b"".join(bodies):
        raise Missing("an object that was uploaded in parts has other bytes")


def clock(probe: Probe) -> None:
    """The server has the time of this machine."""
    answer = probe.client.head_bucket(Bucket=probe.bucket)
    said = answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")
    try:
        seconds = (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        raise Missing("its answers carry no date") from None
    if abs(seconds) > _SKEW_SECONDS:
        raise Missing(f"its clock differs by {seconds:+.0f} s from this machine's")
