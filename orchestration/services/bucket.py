"""The bucket: seen to exist, and to take an object only once."""

import uuid
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from orchestration.lake.s3_client import s3_client
from orchestration.services.process import Refused, Unreachable
from orchestration.settings.endpoints import S3Settings, endpoint_address, is_loopback

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

PROBE_PREFIX = "dev/.probe/"  # below dev/, where nothing committed ever lies
_SIGNATURE_VALID = timedelta(minutes=15)
REFUSALS = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "403", "401"}


def client(s3: S3Settings) -> "S3Client":
    """A client with short time-outs that goes to loopback directly, whatever proxy is set."""
    host, _ = endpoint_address("AWS_ENDPOINT_URL", s3.endpoint_url)
    config = Config(
        connect_timeout=3,
        read_timeout=20,
        retries={"total_max_attempts": 1},
        proxies={} if is_loopback(host) else None,
    )
    return s3_client(s3, config)


def ensure_bucket(s3: S3Settings) -> str | None:
    """Create the bucket if it is missing and write an object; why not, or None when it worked."""
    try:
        s3_client = client(s3)
        if _is_missing(s3_client, s3.bucket):
            s3_client.create_bucket(Bucket=s3.bucket)
        key = f"{PROBE_PREFIX}{uuid.uuid4()}"
        s3_client.put_object(Bucket=s3.bucket, Key=key, Body=b"ready")
        s3_client.delete_object(Bucket=s3.bucket, Key=key)
    except (BotoCoreError, ClientError) as error:
        return reason(error)
    return None


def check_bucket(s3: S3Settings) -> None:
    """See that the endpoint answers, takes the credentials and has the bucket.

    Raises:
        Unreachable: nothing answers. Refused: wrong credentials, or no such bucket.
    """
    way = "`pqr up`" if s3.is_embedded else "check AWS_ENDPOINT_URL"
    try:
        missing = _is_missing(client(s3), s3.bucket)
    except ClientError as error:
        raise refusal(s3, error) from None
    except (BotoCoreError, ValueError) as error:
        raise Unreachable(
            f"S3 at {s3.endpoint_url} cannot be reached ({reason(error)}): {way}"
        ) from None
    if missing:
        raise Refused(
            f"S3 at {s3.endpoint_url} has no bucket {s3.bucket}: `pqr up` creates it, "
            "or set PQR_BUCKET"
        )


def reason(error: Exception) -> str:
    """The error in a few words, on one line."""
    if isinstance(error, ClientError):
        details = error.response.get("Error", {})
        return f"{details.get('Code', '')} {details.get('Message', '')}".strip()
    return " ".join(str(error).split())


def _is_missing(s3_client: "S3Client", bucket: str) -> bool:
    try:
        s3_client.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return True
        raise
    return False


def refusal(s3: S3Settings, error: ClientError) -> Refused:
    """The error to raise for a server that answers, and refuses."""
    code = error.response.get("Error", {}).get("Code", "")
    said = error.response["ResponseMetadata"].get("HTTPHeaders", {}).get("date", "")
    if _is_far_from_now(said):
        return Refused(
            f"S3 at {s3.endpoint_url} refuses the clock of this machine ({code}; there it is"
            f" {said}): set the one that is wrong, a signature is valid for 15 minutes"
        )
    if code in REFUSALS:
        return Refused(
            f"S3 at {s3.endpoint_url} refuses access key {s3.access_key} ({code}): "
            "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    return Refused(f"S3 at {s3.endpoint_url} answers {reason(error)}")


def _is_far_from_now(date: str) -> bool:
    """Whether the Date of an answer is further from this machine's clock than S3 accepts."""
    try:
        then = parsedate_to_datetime(date)
    except ValueError:
        return False
    return abs(datetime.now(UTC) - then) > _SIGNATURE_VALID
