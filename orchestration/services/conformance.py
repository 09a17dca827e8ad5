"""What an S3 server must do for the lake to be safe on it, and what holds where it does not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from orchestration.services import probes
from orchestration.services.bucket import reason, refusal
from orchestration.services.probes import Missing, Probe
from orchestration.services.process import Unreachable
from orchestration.settings.endpoints import S3Settings


@dataclass(frozen=True)
class Guarantee:
    """A guarantee: what holds without it, and whether a run is safe without it.

    `is_quick`: its probe takes a few small objects.
    """

    name: str
    probe: Callable[[Probe], None]
    without: str
    is_needed: bool = True
    is_quick: bool = True


@dataclass(frozen=True)
class Answer:
    """What a probe found: `did` is what the server did instead; empty when the guarantee holds."""

    guarantee: Guarantee
    did: str = ""


def examine_store(s3: S3Settings, *, is_quick: bool = False) -> Iterator[Answer]:
    """Try each guarantee in turn; with `is_quick` those alone that take a few small objects.

    Raises:
        Unreachable, Refused: The server does not answer, or takes neither keys nor bucket.
    """
    with _probe(s3) as probe:
        for guarantee in GUARANTEES:
            if is_quick and not guarantee.is_quick:
                continue
            if s3.access.checks_first and guarantee is CONDITIONAL_PUT:
                continue
            try:
                guarantee.probe(probe)
                yield Answer(guarantee)
            except Missing as missing:
                yield Answer(guarantee, str(missing))
            except ClientError as error:
                yield Answer(guarantee, f"it answers {reason(error)}")


@contextmanager
def _probe(s3: S3Settings) -> Iterator[Probe]:
    try:
        probe = Probe(s3)
        try:
            probe.put("first", b"first")
            yield probe
        finally:
            probe.remove()
    except ClientError as error:
        raise refusal(s3, error) from None
    except BotoCoreError as error:
        raise Unreachable(f"S3 at {s3.endpoint_url} failed ({reason(error)})") from None


CONDITIONAL_PUT: Final = Guarantee(
    "conditional PUT",
    probes.conditional_put,
    "a key may be overwritten in silence. What then holds: PostgreSQL lets one process at a time"
    " work on a world, and `pqr verify` finds other bytes than were committed. With"
    " PQR_S3_CONDITIONAL_PUT=checked each key is looked up before it is written, so only two"
    " databases over one bucket could still overwrite each other",
)
GUARANTEES: Final = (
    CONDITIONAL_PUT,
    Guarantee(
        "read after write",
        probes.read_after_write,
        "a complete layer may be judged incomplete. What then holds: nothing incomplete is"
        " published, since objects are looked up before each commit; use another server",
    ),
    Guarantee(
        "listing beyond 1,000 keys",
        probes.pagination,
        "objects that are there count as missing. What then holds: a world whose partitions have"
        " fewer objects; use another server",
        is_quick=False,
    ),
    Guarantee(
        "ranges",
        probes.ranges,
        "other engines and `pqr sql` cannot read parts of files. What then holds: runs, which read"
        " objects whole",
        is_needed=False,
    ),
    Guarantee(
        "checksums",
        probes.checksums,
        "bytes that are damaged on their way in are kept. What then holds: every object is compared"
        " with its manifest before it is used",
        is_needed=False,
    ),
    Guarantee(
        "multipart upload",
        probes.multipart,
        "`dbt build` cannot write its sandbox. What then holds: runs, which put objects whole, each"
        " of 5 GB at most",
        is_needed=False,
        is_quick=False,
    ),
    Guarantee(
        "a clock within a minute",
        probes.clock,
        "beyond 15 minutes every request is refused. What then holds: all,"
        " until then: no order depends on a clock",
        is_needed=False,
    ),
)
