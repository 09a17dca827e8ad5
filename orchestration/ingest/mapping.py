"""The mapping file: how the columns of a foreign table become the fields of the raw contract."""

from collections.abc import Mapping
from datetime import timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    field_validator,
    model_serializer,
    model_validator,
)

from orchestration.errors import UsageError
from orchestration.ingest.mapping_errors import explained
from orchestration.ingest.text import folded, normalised
from orchestration.ingest.time_rule import Strict, TimeRule

_MOST_BYTES: Final = 1 << 20


class MappingError(UsageError):
    """A mapping file that cannot be used; the message names the file and the field."""


class FieldRule(Strict):
    """A value: of a column, translated by `values`, or the same for every row.

    `default` stands for an empty cell. A value that `values` does not know stays as it is.
    """

    column: str | None = None
    values: dict[str, str] = Field(default_factory=dict)
    default: str | None = None
    constant: str | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> "FieldRule":
        if (self.column is None) == (self.constant is None):
            raise ValueError("give either `column` or `constant`")
        if self.constant is not None and (self.values or self.default is not None):
            raise ValueError("`values` and `default` are of a `column`: a `constant` uses neither")
        return self

    @cached_property
    def _by_folded(self) -> dict[str, str]:
        found: dict[str, set[str]] = {}
        for key, value in self.values.items():
            found.setdefault(folded(key), set()).add(value)
        # What differs by its punctuation alone (A+, A-) is told apart only as it is written.
        return {key: values.pop() for key, values in found.items() if key and len(values) == 1}

    def value(self, cells: Mapping[str, str]) -> str:
        """The value for a row whose columns have normalised names; case does not count."""
        if self.column is None:
            return self.constant or ""
        text = cells[normalised(self.column)]
        if not text:
            return self.default or ""
        known = self.values.get(text)
        return known if known is not None else self._by_folded.get(folded(text), text)


class CaseTimes(Strict):
    """When a case was created and, as far as it is known, filed, answered and closed."""

    created_at: TimeRule
    radicated_at: TimeRule | None = None
    responded_at: TimeRule | None = None
    closed_at: TimeRule | None = None

    def rules(self) -> list[TimeRule]:
        """Those that there are."""
        known = (self.created_at, self.radicated_at, self.responded_at, self.closed_at)
        return [rule for rule in known if rule is not None]


class CaseFields(Strict):
    """The fields of a creation; `geo_code` is a DIVIPOLA code of five digits or a name."""

    external_id: FieldRule
    source_channel: FieldRule
    pqrs_type: FieldRule
    priority: FieldRule
    subtype: FieldRule = FieldRule(constant="general")
    geo_code: FieldRule


class CsvMapping(Strict):
    """A mapping file. `utc_offset` is that of the table's clock; `key` identifies a case.

    Without `delimiter` or `encoding` they are detected. `skip_rows` counts the lines before the
    header. `department` tells municipalities of the same name apart, `outcome` how an answer ends
    its case, `dependencia` which office holds it. `sheet` is that of an XLSX, "*" all of them.
    """

    version: Annotated[int, Field(ge=1, le=1)]
    name: str
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    encoding: Literal["utf-8", "utf-8-sig", "latin-1", "cp1252", "cp850"] | None = None
    utc_offset: Annotated[str, Field(pattern=r"^[+-]\d\d:[0-5]\d$")] = "-05:00"
    skip_rows: Annotated[int, Field(ge=0, le=1000)] = 0
    sheet: str | None = None
    key: Annotated[tuple[str, ...], Field(min_length=1)]
    fields: CaseFields
    department: FieldRule | None = None
    times: CaseTimes
    text: FieldRule | None = None
    answer: FieldRule | None = None
    outcome: FieldRule | None = None
    dependencia: FieldRule | None = None

    @model_serializer(mode="wrap")
    def _as_before(self, handler: SerializerFunctionWrapHandler) -> Any:
        # Without them, what the mapping says, and so the delivery, is what it was before.
        content = handler(self)
        for name in ("outcome", "dependencia"):
            if getattr(self, name) is None:
                content.pop(name, None)
        return content

    @field_validator("delimiter", mode="before")
    @classmethod
    def _tab(cls, delimiter: object) -> object:
        if delimiter in ('"', "\r", "\n", "\0"):
            raise ValueError("a quote or the end of a line separates no cells: write ; or , or tab")
        return "\t" if delimiter in ("\\t", "tab") else delimiter

    @field_validator("utc_offset")
    @classmethod
    def _real_offset(cls, offset: str) -> str:
        if int(offset[1:3]) * 60 + int(offset[4:]) > 14 * 60:
            raise ValueError(f"{offset} is not an offset of any clock: -14:00 to +14:00")
        return offset

    @cached_property
    def zone(self) -> timezone:
        """The clock of the table."""
        hours, minutes = int(self.utc_offset[1:3]), int(self.utc_offset[4:])
        sign = -1 if self.utc_offset[0] == "-" else 1
        return timezone(sign * timedelta(hours=hours, minutes=minutes))

    def columns(self) -> set[str]:
        """Every column that the mapping reads, with blanks and Unicode forms normalised."""
        fields = [getattr(self.fields, name) for name in CaseFields.model_fields]
        rules = [*fields, self.department, self.text, self.answer, self.outcome, self.dependencia]
        named = [rule.column for rule in rules if rule is not None and rule.column is not None]
        return self.time_columns() | {normalised(name) for name in (*self.key, *named)}

    def time_columns(self) -> set[str]:
        """Those of `times`, normalised."""
        return {column for rule in self.times.rules() for column in rule.columns}

    def formats(self) -> set[str]:
        """Every format of `times`."""
        return {form for rule in self.times.rules() for form in rule.formats}

    def said(self) -> dict[str, frozenset[str]]:
        """The columns in which words may say that a cell is empty, and the words that do not.

        Those are the words that `values` translates. What people wrote stays as it is.
        """
        fields = [getattr(self.fields, name) for name in CaseFields.model_fields]
        known = (*fields, self.department, self.outcome, self.dependencia)
        rules = [rule for rule in known if rule is not None and rule.column]
        named = {*map(normalised, self.key), *self.time_columns()}
        found: dict[str, set[str]] = {name: set() for name in named}
        for rule in rules:
            found.setdefault(normalised(rule.column), set()).update(map(normalised, rule.values))
        return {column: frozenset(words) for column, words in found.items()}


class _TextLoader(yaml.BaseLoader):
    """Makes texts alone, and takes no field twice: the second would silently win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """As the base class; raises ConstructorError for a field that is there twice."""
        seen: set[object] = set()
        for key, _ in node.value:
            said = ""
            if not isinstance(key, yaml.ScalarNode):
                said = "braces or a list stand where the name of a field or a value is expected"
            elif key.value in seen:
                said = f"{key.value!r} stands twice"
            if said:
                raise yaml.constructor.ConstructorError(None, None, said, key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def load_mapping(path: Path) -> CsvMapping:
    """Read a mapping file. Every scalar is text: `no` and 05001 stay what they are.

    Raises:
        MappingError: Missing, not YAML, or a field that is unknown, missing or malformed.
    """
    # A pipe or a device may never end.
    if str(path) == "-" or (path.exists() and not path.is_file() and not path.is_dir()):
        raise MappingError(f"mapping {path} is not a regular file: save it as one, and give that")
    try:
        if path.stat().st_size > _MOST_BYTES:
            # A register in its place would be looked through for minutes.
            raise MappingError(f"mapping {path} has more than 1 MiB: give the file of the mapping")
        content: Any = yaml.load(path.read_text(encoding="utf-8-sig"), _TextLoader)  # noqa: S506 -- makes texts alone
    except OSError as error:
        raise MappingError(f"mapping {path} cannot be read: {error.strerror}") from None
    except RecursionError:
        raise MappingError(f"mapping {path} is not YAML: it is nested too deeply") from None
    except UnicodeDecodeError as error:
        said = f"byte {error.start} is not UTF-8: save it as UTF-8"
        raise MappingError(f"mapping {path} cannot be read: {said}") from None
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise MappingError(f"mapping {path} is not YAML{line}: {error.problem}") from None
    except (yaml.YAMLError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise MappingError(f"mapping {path} is not YAML: {reason}") from None
    if not isinstance(content, dict):
        raise MappingError(f"mapping {path} is not a list of fields: it begins with `version: 1`")
    try:
        return CsvMapping.model_validate(content)
    except ValidationError as error:
        raise MappingError(f"mapping {path}, {explained(CsvMapping, error)}") from None
