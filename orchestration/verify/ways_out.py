"""What to do about what verification finds: each finding is mended by one of a few ways."""

from collections.abc import Iterable
from typing import Final

from orchestration.verify.findings import Code, Finding

_CHECKSUMS: Final = "/checksums.json"
_TABLE: Final = "iceberg table "

_REPEAT: Final = (
    "repeat the command of its run (`pqr runs` has the days), which makes the layer again from the"
    " one before. Raw events come from the same simulator or the same delivery, else only from a"
    " copy"
)
_MISSING: Final = f"bring the object back from a copy of the bucket, or {_REPEAT}"
_OBJECT: Final = (
    "bring the object back from a copy of the bucket; or delete it, such as by"
    f' `aws s3 rm "s3://$PQR_BUCKET/KEY"` after `eval "$(pqr env)"`, and {_REPEAT}'
)
_OF_CHECKSUMS: Final = (
    "bring it back from a copy of the bucket; or delete it and one raw object of its run, and"
    " repeat the command of the run, which writes both again"
)
_MANIFEST: Final = "bring the object back from a copy of the bucket: nothing else has its bytes"
_CONTROL_PLANE: Final = (
    "PostgreSQL differs from the bucket: `pqr restore --from-bucket` into an empty control plane"
    " makes it again, see Backup and restore in docs/operate.md"
)
_COMMITTED_SO: Final = (
    "it was committed so, and a copy would say the same: mend the code that made it;"
    " `pqr bronze RUN_ID --replay` and the command of the run then commit a new build"
)
_VIEW: Final = (
    "repeat the command of the run that is live (`pqr runs` marks it with *): it makes what readers"
    " see again"
)
_JOURNAL: Final = (
    "bring the object back from a copy of the bucket; without it `pqr restore --from-bucket`"
    " refuses, and only a file of `pqr backup` brings a lost PostgreSQL back"
)
_AHEAD: Final = (
    "PostgreSQL was restored from a dump that is older than the bucket: `pqr restore --from-bucket`"
    " into an empty control plane brings all of it back, or repeat the commands of the lost runs;"
    " see Backup and restore in docs/operate.md"
)
_TABLES: Final = "`pqr lake sync --anew` makes the Iceberg tables again from what is live"

# Of warnings the line itself says what to do.
_WAYS: Final[dict[Code, str]] = {
    "OBJECT_MISSING": _MISSING,
    "SIZE_MISMATCH": _OBJECT,
    "SHA_MISMATCH": _OBJECT,
    "ROWS_MISMATCH": _COMMITTED_SO,
    "PARQUET_UNREADABLE": _COMMITTED_SO,
    "MANIFEST_INVALID": _MANIFEST,
    "CHECKSUMS_MISMATCH": _OF_CHECKSUMS,
    "INDEX_MISMATCH": _CONTROL_PLANE,
    "EQUATION_BROKEN": _COMMITTED_SO,
    "CHAIN_BROKEN": _CONTROL_PLANE,
    "SERVING_MISMATCH": _CONTROL_PLANE,
    "VIEW_MISMATCH": _VIEW,
    "TABLES_MISMATCH": _TABLES,
    "JOURNAL_CORRUPT": _JOURNAL,
    "JOURNAL_AHEAD": _AHEAD,
}


def way_out(finding: Finding) -> str:
    """How to mend what was found; empty for a warning."""
    if finding.code == "OBJECT_MISSING" and finding.thing.startswith(_TABLE):
        return _TABLES
    if finding.code == "OBJECT_MISSING" and finding.thing.endswith(_CHECKSUMS):
        return _OF_CHECKSUMS
    return _WAYS.get(finding.code, "")


def ways_out(findings: Iterable[Finding]) -> list[str]:
    """One line for each way, with the codes that it is for, in the order of the findings."""
    codes: dict[str, list[str]] = {}
    for finding in findings:
        if (way := way_out(finding)) and finding.code not in codes.setdefault(way, []):
            codes[way].append(finding.code)
    return [f"To mend {', '.join(some)}: {way}" for way, some in codes.items()]
