"""boto3's client for the object store, told all that the settings say of it.

boto3 is imported when it is needed: it takes longer than many a command, which may find all that
it reads on the local disk.
"""

from datetime import datetime
from functools import lru_cache
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any

from orchestration.settings.endpoints import S3Settings

if TYPE_CHECKING:
    from botocore.config import Config
    from mypy_boto3_s3.client import S3Client

_MAKING = Lock()
# A larger body waits until the store says that it wants it; a smaller one is there sooner.
_ASK_FIRST_BYTES = 1 << 20


def s3_client(s3: S3Settings, config: "Config") -> "S3Client":
    """A client of the store.

    Args:
        s3: Where it is, and whose keys count. Those of the credential chain renew themselves.
        config: Time-outs, retries and the like.
    """
    import boto3
    import botocore.session
    from botocore.config import Config

    core = botocore.session.get_session()
    # Of each object that it lists, the store says when it was written.
    core.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_instant)
    access = s3.access
    keys: dict[str, Any] = {}
    if not access.uses_chain:
        keys = {
            "aws_access_key_id": s3.access_key,
            "aws_secret_access_key": s3.secret_key,
            "aws_session_token": access.session_token,
        }
    made: S3Client = boto3.session.Session(botocore_session=core).client(
        "s3",
        endpoint_url=s3.endpoint_url,
        region_name=s3.region,
        verify=str(access.ca_bundle) if access.ca_bundle else None,
        config=config.merge(Config(s3={"addressing_style": access.addressing})),
        **keys,
    )
    return made


def _instant(text: Any) -> datetime:
    """An instant of an answer; botocore's own parser takes many times as long for ISO 8601."""
    from botocore.utils import parse_timestamp

    try:
        return datetime.fromisoformat(text)
    except ValueError:
        parsed: datetime = parse_timestamp(text)
        return parsed


def store_client(s3: S3Settings) -> Any:
    """The client that reads and writes objects, the same one every time."""
    with _MAKING:
        return _store_client(s3)


@lru_cache(maxsize=8)
def _store_client(s3: S3Settings) -> Any:
    """One client an endpoint and process: making one costs more than many requests."""
    from botocore.config import Config

    client = s3_client(
        s3,
        Config(
            # One that does not change is not put together for each request.
            user_agent="pqr-lakehouse",
            signature_version="s3v4",
            retries={"mode": "standard", "max_attempts": 3},
            connect_timeout=5,
            read_timeout=30,
            max_pool_connections=32,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
    client.meta.events.register_last("before-call.s3", _send_at_once)
    return client


def _send_at_once(params: dict[str, Any], **_: Any) -> None:
    """Do not let a small body wait for `100 Continue`, whose answer is read byte by byte."""
    body = params.get("body")
    if isinstance(body, BytesIO) and body.getbuffer().nbytes <= _ASK_FIRST_BYTES:
        params["headers"].pop("Expect", None)


def s3_errors() -> tuple[type[Exception], ...]:
    """What a client raises, for `except s3_errors()`: it is asked only when something is raised."""
    from botocore.exceptions import BotoCoreError, ClientError

    return ClientError, BotoCoreError


def is_bucket_missing(error: Exception) -> bool:
    """Whether the store says that there is no such bucket."""
    from botocore.exceptions import ClientError

    return isinstance(error, ClientError) and error.response["Error"].get("Code") == "NoSuchBucket"


def http_status(error: Exception) -> int | None:
    """The status of an answer that is an error; None where there was no answer."""
    from botocore.exceptions import ClientError

    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return int(status) if status else None
    return None
