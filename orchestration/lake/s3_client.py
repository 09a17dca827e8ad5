"""boto3's client for the object store, told all that the settings say of it."""

from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from orchestration.settings.endpoints import S3Settings

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


def s3_client(s3: S3Settings, config: Config) -> "S3Client":
    """A client of the store.

    Args:
        s3: Where it is, and whose keys count. Those of the credential chain renew themselves.
        config: Time-outs, retries and the like.
    """
    access = s3.access
    keys: dict[str, Any] = {}
    if not access.uses_chain:
        keys = {
            "aws_access_key_id": s3.access_key,
            "aws_secret_access_key": s3.secret_key,
            "aws_session_token": access.session_token,
        }
    made: S3Client = boto3.session.Session().client(
        "s3",
        endpoint_url=s3.endpoint_url,
        region_name=s3.region,
        verify=str(access.ca_bundle) if access.ca_bundle else None,
        config=config.merge(Config(s3={"addressing_style": access.addressing})),
        **keys,
    )
    return made
