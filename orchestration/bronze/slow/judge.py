"""One JSON object against the contract: a typed event, or the first reason why not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from orchestration.bronze.rules import (
    AGENT_ID,
    EVENT_TYPES,
    MAX_COUNT,
    MAX_EXTENSION_DAYS,
    MAX_STRING_CHARACTERS,
    MAX_TEXT_CHARACTERS,
    OFFICE_ID,
    ORDER,
    OUTCOMES,
    PETITIONER_KINDS,
    Reason,
    Rules,
)
from orchestration.bronze.slow.parse import Rejected, in_json, parse_line, shown
from orchestration.bronze.table import DATA_FIELDS
from orchestration.lake.instants import UnusableInstant, local_day, read_instant

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_TOP: Final = {"event_id": str, "ticket_id": str, "event_type": str, "ts": str, "data": dict}
_SCHEMA_VERSIONS: Final = (1, "1")
# Fields of `data` by event type: name, type, whether it must be there.
_DATA: Final[Mapping[str, Mapping[str, tuple[type, bool]]]] = {
    "TICKET_CREATED": {
        **dict.fromkeys(("external_id", "source_channel", "pqrs_type", "priority"), (str, True)),
        **dict.fromkeys(("geo_region", "geo_municipio"), (str, True)),
        **dict.fromkeys(("geo_code", "subtype"), (str, False)),
        "petitioner": (dict, False),
    },
    "MESSAGE_ADDED": {"role": (str, True), "text": (str, True), "text_len": (int, True)},
    "STATUS_CHANGED": {
        **dict.fromkeys(("status_from", "status_to", "actor_role"), (str, True)),
        **dict.fromkeys(("outcome", "dependencia_id", "agent_id"), (str, False)),
    },
    "ATTACHMENT_ADDED": {
        **dict.fromkeys(("file_type", "source_channel"), (str, True)),
        "size_kb": (int, True),
    },
    "TERM_EXTENDED": {"business_days": (int, True), "reason": (str, True)},
}
_PETITIONER: Final = {"is_anonymous": (bool, True), "kind": (str, False)}
_WORDS: Final = {str: "a string", int: "a whole number", bool: "true or false", dict: "an object"}
# What somebody may be named in, or known by: a number of a person where a text belongs.
_PRIVATE: Final = ("text", "reason", "agent_id")


@dataclass(frozen=True)
class Event:
    """A line that enters bronze; `data` has every field of the table, absent ones as None."""

    event_id: str
    ticket_id: str
    event_type: str
    ts: datetime
    ts_original: str | None
    data: Mapping[str, Any]

    def row(self, line_no: int) -> dict[str, Any]:
        """The event as a row of `table.JUDGED`."""
        return {
            "line_no": line_no,
            "event_id": self.event_id,
            "ticket_id": self.ticket_id,
            "event_type": self.event_type,
            "ts": self.ts,
            "ts_original": self.ts_original,
            "data": dict(self.data),
        }


def judge_line(line: bytes, rules: Rules, source: str, day: date) -> Event:
    """Judge a line without its end, of an object that holds the events of `source` on `day`.

    Raises:
        Rejected: With the first reason that applies, in the fixed order.
    """
    return _Judgement(parse_line(line), rules, source).event(day)


class _Judgement:
    def __init__(self, value: Mapping[str, Any], rules: Rules, source: str) -> None:
        self._value = value
        self._rules = rules
        self._source = source
        self._first: tuple[Reason, str] | None = None

    def event(self, day: date) -> Event:
        value = self._value
        self._shape(value, {name: (kind, True) for name, kind in _TOP.items()}, "")
        data = value.get("data")
        fields = _DATA.get(str(value.get("event_type")))
        if isinstance(data, dict) and fields is not None:
            self._shape(data, fields, "data.")
            petitioner = data.get("petitioner")
            if isinstance(petitioner, dict) and "petitioner" in fields:
                self._shape(petitioner, _PETITIONER, "data.petitioner.")
        self._stop()
        self._identity(value)
        self._known(value, value["data"])
        self._stop()
        instant = self._instant(value["ts"], day)
        return Event(
            event_id=value["event_id"].lower(),
            ticket_id=value["ticket_id"].lower(),
            event_type=value["event_type"],
            ts=instant,
            ts_original=None if value["ts"].endswith("Z") else value["ts"],
            data=_all_fields(value["data"]),
        )

    def _add(self, reason: Reason, detail: str) -> None:
        if self._first is None or ORDER[reason] < ORDER[self._first[0]]:
            self._first = (reason, detail)

    def _stop(self) -> None:
        if self._first is not None:
            raise Rejected(*self._first)

    def _shape(
        self, value: Mapping[str, Any], fields: Mapping[str, tuple[type, bool]], prefix: str
    ) -> None:
        for name, (kind, is_required) in fields.items():
            found = value.get(name)
            if found is None:
                if is_required:
                    state = "null" if name in value else "absent"
                    self._add(Reason.MISSING_FIELD, f"{prefix}{name} is {state}")
            elif type(found) is not kind:
                said = in_json(found, is_private=name in _PRIVATE or kind is dict)
                self._add(Reason.WRONG_TYPE, f"{prefix}{name} is {said}, not {_WORDS[kind]}")
        for name in value:
            if name not in fields and not (name == "schema_version" and not prefix):
                self._add(Reason.UNKNOWN_FIELD, f"{prefix}{shown(name)}")

    def _identity(self, value: Mapping[str, Any]) -> None:
        version = value.get("schema_version", 1)
        if type(version) not in (int, str) or version not in _SCHEMA_VERSIONS:
            self._add(Reason.SCHEMA_VERSION_UNKNOWN, shown(version))
        for name, reason in (
            ("event_id", Reason.BAD_EVENT_ID),
            ("ticket_id", Reason.BAD_TICKET_ID),
        ):
            if not _UUID.fullmatch(value[name]):
                self._add(reason, shown(value[name]))
        if value["event_type"] not in EVENT_TYPES:
            self._add(Reason.UNKNOWN_EVENT_TYPE, shown(value["event_type"]))

    def _known(self, value: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        if value["event_type"] not in EVENT_TYPES:
            return
        rules = self._rules
        for name, known, reason in (
            ("source_channel", rules.channels, Reason.UNKNOWN_CHANNEL),
            ("pqrs_type", rules.pqrs_types, Reason.UNKNOWN_PQRS_TYPE),
            ("priority", rules.priorities, Reason.UNKNOWN_PRIORITY),
            ("role", rules.roles, Reason.UNKNOWN_ROLE),
            ("actor_role", rules.actor_roles, Reason.UNKNOWN_ROLE),
            ("status_from", rules.statuses, Reason.UNKNOWN_STATUS),
            ("status_to", rules.statuses, Reason.UNKNOWN_STATUS),
            ("outcome", (None, *OUTCOMES), Reason.UNKNOWN_OUTCOME),
        ):
            if name in data and data[name] not in known:
                self._add(reason, f"data.{name} is {shown(data[name])}")
        if "geo_region" in data:
            self._place(data)
        self._handling(data)
        self._limits(data)
        self._consistency(value["event_type"], data)

    def _place(self, data: Mapping[str, Any]) -> None:
        named = (data["geo_region"], data["geo_municipio"])
        code = data.get("geo_code")
        known = (
            named in self._rules.named if code is None else self._rules.by_code.get(code) == named
        )
        if not known:
            self._add(Reason.UNKNOWN_GEO, shown("/".join((*named, code or "no code"))))

    def _handling(self, data: Mapping[str, Any]) -> None:
        """The optional fields: who holds the case, who filed it, how much longer it takes."""
        kind = (data.get("petitioner") or {}).get("kind")
        if kind is not None and kind not in PETITIONER_KINDS:
            self._add(Reason.UNKNOWN_PETITIONER, f"data.petitioner.kind is {shown(kind)}")
        office = data.get("dependencia_id")
        if office is not None and not OFFICE_ID.fullmatch(office):
            self._add(Reason.BAD_OFFICE_ID, f"data.dependencia_id is {shown(office)}")
        if data.get("agent_id") is not None and not AGENT_ID.fullmatch(data["agent_id"]):
            # It may be somebody's name: the detail does not repeat it.
            detail = "data.agent_id is not a pseudonym such as AG-0012, or a hash"
            self._add(Reason.AGENT_NOT_PSEUDONYMOUS, detail)
        days = data.get("business_days")
        if days is not None and not 1 <= days <= MAX_EXTENSION_DAYS:
            detail = f"data.business_days is {days}, not 1 to {MAX_EXTENSION_DAYS}"
            self._add(Reason.EXTENSION_DAYS_INVALID, detail)
        if data.get("outcome") is not None and data["status_to"] != "RESPONDED":
            detail = f"data.outcome with status_to {shown(data['status_to'])}, not RESPONDED"
            self._add(Reason.OUTCOME_WITHOUT_RESPONSE, detail)

    def _limits(self, data: Mapping[str, Any]) -> None:
        for name, found in data.items():
            if isinstance(found, str):
                limit = MAX_TEXT_CHARACTERS if name == "text" else MAX_STRING_CHARACTERS
                if len(found) > limit:
                    detail = f"data.{name} has {len(found)} characters, limit {limit}"
                    self._add(Reason.STRING_TOO_LONG, detail)
            elif isinstance(found, int) and not 0 <= found <= MAX_COUNT:
                self._add(Reason.INT_OUT_OF_RANGE, f"data.{name} is {found}, not 0 to {MAX_COUNT}")

    def _consistency(self, event_type: str, data: Mapping[str, Any]) -> None:
        if event_type == "MESSAGE_ADDED":
            length, characters = data["text_len"], len(data["text"])
            if not characters:
                self._add(Reason.EMPTY_TEXT, "data.text is empty")
            elif length != characters:
                detail = f"data.text_len is {length}, the text has {characters} characters"
                self._add(Reason.TEXT_LENGTH_MISMATCH, detail)
        elif event_type == "TERM_EXTENDED" and not data["reason"]:
            self._add(Reason.EMPTY_TEXT, "data.reason is empty")
        elif event_type == "ATTACHMENT_ADDED" and data["size_kb"] == 0:
            self._add(Reason.SIZE_NOT_POSITIVE, "data.size_kb is 0, at least 1")
        elif event_type == "TICKET_CREATED" and data["source_channel"] != self._source:
            detail = f"data.source_channel is {shown(data['source_channel'])}"
            self._add(Reason.CHANNEL_MISMATCH, f"{detail}, the object holds {shown(self._source)}")

    def _instant(self, text: str, day: date) -> datetime:
        try:
            instant = read_instant(text)
        except UnusableInstant as error:
            raise Rejected(Reason(error.code), shown(text)) from None
        if local_day(instant) != day:
            detail = f"{shown(text)} is on {local_day(instant)}, the object holds {day}"
            raise Rejected(Reason.TS_DAY_MISMATCH, detail)
        return instant


def _all_fields(data: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: data.get(name) for name in DATA_FIELDS}
    if fields["petitioner"] is not None:
        fields["petitioner"] = {name: fields["petitioner"].get(name) for name in _PETITIONER}
    return fields
