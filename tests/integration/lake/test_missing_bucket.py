"""A bucket that is not there is wrong use, and the server is not to blame."""

from dataclasses import replace

import pytest

from orchestration.lake.store import BucketMissing, ObjectStore
from orchestration.settings import Settings


def test_a_bucket_that_is_not_there_is_named(settings: Settings) -> None:
    store = ObjectStore(replace(settings.s3, bucket="nobucket"))
    for work in (
        lambda: list(store.list("raw/")),
        lambda: store.get("raw/a"),
        lambda: store.put_once("raw/a", b"events", "0" * 64),
    ):
        with pytest.raises(BucketMissing, match="bucket nobucket does not exist at http") as caught:
            work()
        assert caught.value.exit_code == 2
