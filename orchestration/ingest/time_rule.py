"""The rule of an instant in a mapping: its columns, its formats, and what stands for no date."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from functools import cached_property
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
)

from orchestration.ingest.dates import TYPED_FORMATS, read_moment
from orchestration.ingest.text import folded, has_digit, normalised
from orchestration.ingest.time_formats import date_alone, require_formats
from orchestration.lake.instants import YEARS


class Strict(BaseModel):
    """A part of a mapping: what it does not know is an error, and nothing changes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TimeRule(Strict):
    """An instant: a column, and the formats in the order in which they are tried.

    A format is that of strptime, `excel` (the serial number of a day) or `excel-1904`. Where the
    time of day stands in a column of its own, `time_column`, a format reads both: date, one blank,
    time. `empty` are the texts that say that there is no date: Pendiente, 00/00/0000.
    """

    column: str
    time_column: str | None = None
    formats: Annotated[tuple[str, ...], Field(min_length=1)]
    empty: tuple[str, ...] = ()

    @field_validator("formats")
    @classmethod
    def _known_formats(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        require_formats(formats)
        return formats

    @field_validator("empty")
    @classmethod
    def _no_dates(cls, texts: tuple[str, ...], known: ValidationInfo) -> tuple[str, ...]:
        for text in texts:
            if not normalised(text):
                raise ValueError(
                    "a text without characters is not a word: leave it out; an empty cell is read"
                    " as no date anyway"
                )
            if form := _format_of(text, known.data.get("formats", ())):
                raise ValueError(
                    f"{text!r} is a date in the format {form!r}: write what stands for no date,"
                    " such as Pendiente"
                )
        return texts

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read together, normalised: of the date, and of the time of day."""
        named = (self.column,) if self.time_column is None else (self.column, self.time_column)
        return tuple(map(normalised, named))

    @cached_property
    def _exact(self) -> frozenset[str]:
        return frozenset(map(normalised, self.empty))

    @cached_property
    def _folded(self) -> frozenset[str]:
        return frozenset(filter(None, map(folded, self.empty)))

    def is_empty(self, column: str, text: str) -> bool:
        """Whether a cell says by `empty` that there is no date; case and accents do not count."""
        if not self.empty or not text:
            return False
        # 0 and 00:00 are no date, and midnight in a column of times.
        if has_digit(text) and column != normalised(self.column):
            return False
        if text in self._exact:
            return True
        # Without punctuation a date may look like one of the texts.
        return folded(text) in self._folded and not _format_of(text, self.formats)

    def texts(self, cells: Mapping[str, str]) -> tuple[str, ...]:
        """The cells of `columns` in a row, without those that say that there is no date."""
        found = ((column, cells[column]) for column in self.columns)
        return tuple("" if self.is_empty(column, text) else text for column, text in found)

    @model_serializer(mode="wrap")
    def _written(self, fields: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what is not given: earlier deliveries are known by mappings without it."""
        found = fields(self)
        if not self.empty:
            found.pop("empty", None)
        return {name: value for name, value in found.items() if value is not None}


def _format_of(text: str, formats: Sequence[str]) -> str:
    """The format in which a text is a date that a case may have; empty when there is none.

    ISO 8601 is one of any rule: dates of an XLSX are read so.
    """
    if not has_digit(text):
        return ""
    for form in dict.fromkeys((*formats, *map(date_alone, formats), *TYPED_FORMATS)):
        found = read_moment(text, (form,), UTC)
        # Others are none of a case, and stand for no date: 0 in Excel, 01/01/1900, 31/12/9999.
        if found is not None and YEARS[0] <= found.at.year < YEARS[1]:
            return form
    return ""
