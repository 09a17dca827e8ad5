"""A row that cannot become a case: the reason, and what is said of rows that are damaged."""

from collections.abc import Sequence
from uuid import UUID

from orchestration.ingest.account import Reason
from orchestration.ingest.table import MAX_CELL_CHARACTERS, Row
from orchestration.wording import counted

_ACCEPTED = {
    Reason.QUOTE_NOT_CLOSED: (
        'a quote inside of a quoted cell is written twice (""), and the cell is closed'
    ),
    Reason.TEXT_TOO_LONG: f"cells of at most {MAX_CELL_CHARACTERS:,} characters",
}
_RESULT = "the result of the formula: open the file in Excel or LibreOffice and save it"
_CHARACTERS = "text in the encoding of the file, without control characters"


class Rejected(Exception):
    """A row with its reason: `finding` is reason, column, value and what is accepted.

    `ticket` is the case of the row, where its number can be read.
    """

    ticket: UUID | None = None

    def __init__(self, reason: Reason, column: str, value: str, accepted: str = "") -> None:
        super().__init__(reason)
        self.finding = (str(reason), column, value, accepted)


def damage(row: Row, columns: Sequence[str]) -> Rejected:
    """What is wrong with a row that could not be cut into cells, or whose characters are wrong."""
    reason = row.damaged or Reason.CONTROL_CHARACTER
    if reason is Reason.FORMULA_WITHOUT_RESULT:
        value = row.cells[columns.index(row.detail)]
        return Rejected(reason, row.detail, value, _RESULT)
    if reason is Reason.COLUMN_COUNT:
        accepted = f"{len(columns)} cells, as the header has"
        return Rejected(reason, "", counted(len(row.cells), "cell"), accepted)
    if reason in _ACCEPTED:
        return Rejected(reason, "", row.cells[0], _ACCEPTED[reason])
    column = columns[row.cells.index(row.detail)]
    return Rejected(reason, column, row.detail, _CHARACTERS)
