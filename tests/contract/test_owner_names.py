"""The owner's names and values: columns may be added, never renamed or dropped."""

import csv
import json
from itertools import pairwise
from pathlib import Path

import psycopg
import yaml

from orchestration.settings.endpoints import PostgresSettings

ROOT = Path(__file__).resolve().parents[2]

STATES = {
    "RECEIVED": ("NONE", "Recibido"),
    "RADICATED": ("START", "Radicado"),
    "CLASSIFIED": ("RUN", "Clasificado"),
    "ASSIGNED": ("RUN", "Asignado"),
    "IN_PROGRESS": ("RUN", "En gestión"),
    "ON_HOLD": ("PAUSE", "En espera"),
    "RESPONDED": ("RUN", "Respondido"),
    "CLOSED": ("STOP", "Cerrado"),
    "ARCHIVED": ("NONE", "Archivado"),
    "REOPENED": ("RUN", "Reabierto"),
}
TERMINAL = {"CLOSED", "ARCHIVED"}
PATH = ("RECEIVED", "RADICATED", "CLASSIFIED", "ASSIGNED", "IN_PROGRESS", "RESPONDED", "CLOSED")
TRANSITIONS = {
    *pairwise(PATH),
    ("CLOSED", "ARCHIVED"),
    ("IN_PROGRESS", "ON_HOLD"),
    ("ON_HOLD", "IN_PROGRESS"),
    ("CLOSED", "REOPENED"),
    ("REOPENED", "IN_PROGRESS"),
}
CHANNELS = {"email", "webform", "chat", "call", "other_digital"}
INGESTED_ONLY = {"in_person", "postal"}
RAW_DATA = {
    "TICKET_CREATED": {
        "external_id", "source_channel", "pqrs_type", "priority", "geo_region", "geo_municipio",
    },
    "MESSAGE_ADDED": {"role", "text", "text_len"},
    "STATUS_CHANGED": {"status_from", "status_to", "actor_role"},
    "ATTACHMENT_ADDED": {"file_type", "size_kb", "source_channel"},
    "TERM_EXTENDED": {"business_days", "reason"},
}  # fmt: skip
META = {
    "etl_runs": {
        "run_id", "seed", "started_at", "finished_at", "status", "date_min", "date_max", "git_sha",
        "config_hash", "raw_objects_count", "bronze_rows", "silver_rows", "gold_rows",
        "executed_by", "executor_role", "execution_context",
    },
    "data_quality": {
        "run_id", "dataset", "check_name", "result", "value", "threshold", "details_json",
    },
    "manifest_index": {"run_id", "s3_manifest_path", "s3_checksums_path"},
    "task_runs": {"run_id", "attempt"},
    "runs": {"run_id"},
    "quality_checks": {"run_id"},
    "lineage": {"run_id"},
    "model_registry": {"model_version"},
    "model_evaluation": {"model_version"},
}  # fmt: skip


def seed(name: str) -> list[dict[str, str]]:
    with (ROOT / "seeds" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_ten_states_behave_as_the_owner_says() -> None:
    rows = {row["status_id"]: (row["sla_behavior"], row["name"]) for row in seed("dim_status")}
    assert rows == STATES
    terminal = {row["status_id"] for row in seed("dim_status") if row["is_terminal"] == "true"}
    assert terminal == TERMINAL


def test_there_are_eleven_transitions() -> None:
    rows = {(row["status_from"], row["status_to"]) for row in seed("dim_status_transition")}
    assert rows == TRANSITIONS
    assert len(rows) == 11


def test_the_reference_lists_hold_the_owners_values() -> None:
    assert {row["channel_id"] for row in seed("dim_channel")} == CHANNELS | INGESTED_ONLY
    simulated = {row["channel_id"] for row in seed("dim_channel") if row["is_default"] == "true"}
    assert simulated == CHANNELS
    types = {row["type_id"]: int(row["sla_business_days"]) for row in seed("dim_pqrs_type")}
    assert types == {"P": 15, "Q": 10, "R": 8, "S": 20}
    assert {row["priority_id"] for row in seed("dim_priority")} == {"alta", "media", "baja"}
    roles = {row["role_id"]: row["name"] for row in seed("dim_role")}
    assert roles["citizen"] == "Ciudadano"
    assert roles["agent"] == "Gestor"
    assert {"Supervisor", "Admin"} <= set(roles.values())
    assert {"region", "municipio", "latitude", "longitude"} <= set(seed("dim_geo")[0])


def test_the_raw_schema_names_the_owners_fields() -> None:
    path = ROOT / "simulator" / "contracts" / "RAW-PQRS.schema.json"
    text = json.dumps(json.loads(path.read_text(encoding="utf-8")))
    for event_type, fields in RAW_DATA.items():
        for name in {event_type, *fields, "event_id", "ticket_id", "event_type", "ts", "data"}:
            assert f'"{name}"' in text


def test_the_default_world_is_the_owners() -> None:
    path = ROOT / "simulator" / "config" / "pqrs_simulation_v1.yaml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    text = json.dumps(config, default=str)
    assert config["seed"] == 42
    assert "2025-09-01" in text
    assert "2026-02-28" in text
    for name in ("pqrs_status_v1.yaml", "pqrs_preclass_rules_v1.yaml"):
        assert yaml.safe_load((ROOT / "simulator" / "config" / name).read_text(encoding="utf-8"))


def test_meta_has_the_owners_columns(database: PostgresSettings) -> None:
    with psycopg.connect(database.dsn) as connection:
        for relation, columns in META.items():
            rows = connection.execute(
                "select column_name from information_schema.columns"
                " where table_schema = 'meta' and table_name = %s",
                [relation],
            ).fetchall()
            assert columns <= {name for (name,) in rows}, relation
