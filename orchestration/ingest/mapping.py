"""The mapping file: how the columns of a foreign CSV become the fields of the raw contract."""

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from orchestration.errors import UsageError


class MappingError(UsageError):
    """A mapping file that cannot be used; the message names the file and the field."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldRule(_Strict):
    """A value: of a column, translated by `values`, or the same for every row.

    `default` stands for an empty cell. A value that `values` does not know stays as it is: bronze
    then names what is wrong with it.
    """

    column: str | None = None
    values: dict[str, str] = Field(default_factory=dict)
    default: str | None = None
    constant: str | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> "FieldRule":
        if (self.column is None) == (self.constant is None):
            raise ValueError("give either `column` or `constant`")
        return self


class TimeRule(_Strict):
    """An instant: a column, and the formats (strptime) in the order in which they are tried."""

    column: str
    formats: Annotated[tuple[str, ...], Field(min_length=1)]


class CaseTimes(_Strict):
    """When a case was created and, as far as it is known, filed, answered and closed."""

    created_at: TimeRule
    radicated_at: TimeRule | None = None
    responded_at: TimeRule | None = None
    closed_at: TimeRule | None = None


class CaseFields(_Strict):
    """The fields of a creation; `geo_code` is a DIVIPOLA code of five digits."""

    external_id: FieldRule
    source_channel: FieldRule
    pqrs_type: FieldRule
    priority: FieldRule
    subtype: FieldRule = FieldRule(constant="general")
    geo_code: FieldRule


class CsvMapping(_Strict):
    """A mapping file. `utc_offset` is that of the CSV's clock; `key` identifies a case."""

    version: Literal[1]
    name: str
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    encoding: Literal["utf-8", "utf-8-sig", "latin-1", "cp1252"] = "utf-8-sig"
    utc_offset: Annotated[str, Field(pattern=r"^[+-]\d\d:\d\d$")] = "-05:00"
    key: Annotated[tuple[str, ...], Field(min_length=1)]
    fields: CaseFields
    times: CaseTimes
    text: FieldRule | None = None
    answer: FieldRule | None = None

    def columns(self) -> set[str]:
        """Every column that the mapping reads."""
        fields = [getattr(self.fields, name) for name in CaseFields.model_fields]
        times = [getattr(self.times, name) for name in CaseTimes.model_fields]
        rules = [rule for rule in (*fields, *times, self.text, self.answer) if rule is not None]
        return {*self.key, *(rule.column for rule in rules if rule.column is not None)}


def load_mapping(path: Path) -> CsvMapping:
    """Read a mapping file.

    Raises:
        MappingError: Missing, no YAML, or a field that is unknown, missing or malformed.
    """
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MappingError(f"mapping {path} cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0]
        raise MappingError(f"mapping {path} is no YAML: {reason}") from None
    try:
        return CsvMapping.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the file"
        raise MappingError(f"mapping {path}, {field}: {first['msg']}") from None
