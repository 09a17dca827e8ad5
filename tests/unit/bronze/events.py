"""Good events of each type as lines, and lines with some of their fields replaced."""

import json
from datetime import date
from uuid import UUID

DAY = date(2025, 9, 1)
SOURCE = "email"
RUN_ID = UUID("11111111-2222-5333-8444-555555555555")
EVENT = "0c9f1e1a-93d2-4a53-8f0e-6a8f3b1c2d01"
TICKET = "7b1e6a52-0e5f-4d6c-9a3c-1f2e3d4c5b6a"
TS = "2025-09-01T13:05:07.123456Z"


def line(event_type: str = "MESSAGE_ADDED", /, *, data: object = None, **top: object) -> bytes:
    """A good line with some of its top fields replaced, or left out where given as ...."""
    value: dict[str, object] = {
        "event_id": EVENT,
        "ticket_id": TICKET,
        "event_type": event_type,
        "ts": TS,
        "data": data if data is not None else dict(GOOD[event_type]),
        **top,
    }
    kept = {name: found for name, found in value.items() if found is not ...}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def with_data(event_type: str, /, **fields: object) -> bytes:
    """A good line with some fields of its data replaced, or left out where given as ...."""
    data = {**GOOD[event_type], **fields}
    return line(event_type, data={name: found for name, found in data.items() if found is not ...})


GOOD: dict[str, dict[str, object]] = {
    "TICKET_CREATED": {
        "external_id": "PQR-20250901-00001",
        "source_channel": "email",
        "pqrs_type": "P",
        "subtype": "general",
        "priority": "media",
        "geo_region": "Andina",
        "geo_municipio": "Medellín",
        "geo_code": "05001",
    },
    "MESSAGE_ADDED": {"role": "citizen", "text": "Solicito información", "text_len": 20},
    "STATUS_CHANGED": {"status_from": "RECEIVED", "status_to": "RADICATED", "actor_role": "system"},
    "ATTACHMENT_ADDED": {"file_type": "pdf", "size_kb": 12, "source_channel": "email"},
    "TERM_EXTENDED": {"business_days": 10, "reason": "Se requieren pruebas"},
}
# What only some events say.
ANSWER: dict[str, object] = {
    "status_from": "IN_PROGRESS",
    "status_to": "RESPONDED",
    "actor_role": "agent",
    "outcome": "TRANSFERRED",
    "dependencia_id": "DEP-01",
    "agent_id": "AG-0012",
}
PETITIONER: dict[str, object] = {"is_anonymous": False, "kind": "juridica"}


def with_text(text: str) -> bytes:
    """A good message with another text."""
    return with_data("MESSAGE_ADDED", text=text, text_len=len(text))


MESSAGE = line("MESSAGE_ADDED")
