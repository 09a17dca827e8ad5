"""What keeps a delivery from landing: too many rows in quarantine, or dates that are slips."""

from collections.abc import Iterator, Sequence
from typing import Final

from orchestration.ingest.account import Account, Finding
from orchestration.wording import counted

_OF_OTHERS: Final = (
    "JSONL is read as events, each with the fields of simulator/contracts/RAW-PQRS.schema.json;"
    " save the records of another system as CSV, and give --mapping"
)


def objections(
    account: Account, stops: Sequence[Finding], limit_pct: float, judged: int, created: str
) -> Iterator[str]:
    """The reasons why nothing of a delivery lands; none when it is acceptable.

    Args:
        account: What became of every row.
        stops: Dates that are probably slips.
        limit_pct: Rows in quarantine that are tolerated, in percent of those that are judged and
            not skipped, rounded up: one row never stops a small file.
        judged: The rows that were judged, skipped ones included.
        created: The column of the creation.
    """
    skipped = account.skipped.total()
    rejected, rows = account.quarantined.total(), judged - skipped
    allowed = -int(-rows * limit_pct // 100)
    if stops:
        slips = len({(item.file, item.line) for item in stops})
        have, them = ("has", "it") if slips == 1 else ("have", "them")
        way_out = f"correct {them} in the file"
        if any(item.column == created for item in stops):
            way_out += (
                ", or give --start and --end, and cases created on other days go to quarantine"
            )
        yield f"{counted(slips, 'row')} {have} a date that is probably a slip: {way_out}"
    if rejected and not (account.cases or account.lines):
        none = (
            "the one row cannot be taken" if rows == 1 else f"none of the {rows} rows can be taken"
        )
        are_records = account.quarantined["MISSING_FIELD"] == rejected
        yield f"{none}: {_OF_OTHERS}" if are_records else none
    elif rejected > allowed:
        beside = f", beside {skipped:,} skipped," if skipped else ""
        yield (
            f"QUARANTINE_LIMIT: {rejected} of {counted(rows, 'row')}{beside}"
            f" ({100 * rejected / rows:.1f} %) cannot become a case, the limit is {limit_pct:g} %,"
            f" rounded up to {allowed}: mend them, or allow more with --quarantine-limit"
        )
