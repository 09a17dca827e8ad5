"""Checks of a country's bronze fit the memory that they have."""

from datetime import date
from pathlib import Path

import duckdb

from orchestration.quality.comparison import Comparison
from orchestration.quality.measure import measure
from orchestration.quality.suites import SUITES
from orchestration.quality.tables import create_references
from orchestration.run import Run, World

FIRST = date(2025, 9, 1)
ROOT = Path(__file__).parents[3]
# As many rows for the memory as a month of 42,000 cases a day has.
ROWS, MEMORY = 4_000_000, "120MB"


def test_every_check_of_bronze_can_be_made(tmp_path: Path) -> None:
    run = Run.of(World.simulated(1, "config", "code", FIRST), FIRST, FIRST)
    config = {"memory_limit": MEMORY, "threads": 2, "temp_directory": str(tmp_path)}
    with duckdb.connect(config=config) as duck:
        create_references(duck, Comparison(run), ROOT / "seeds")
        duck.execute("create table objects (partition varchar, rows bigint)")
        for name in ("lines", "bronze_rows", "quarantined"):
            duck.execute(f"set variable {name} = 1")
        duck.execute(
            f"""
            create view pqrs_events as
            select
                'email/2025-09-01' as partition,
                -- Of the form of a UUID.
                '00000000-0000-4000-8000-' || lpad(n::varchar, 12, '0') as event_id,
                '00000000-0000-4000-8000-' || lpad((n // 10)::varchar, 12, '0') as ticket_id,
                if(n % 10 = 0, 'TICKET_CREATED', 'MESSAGE_ADDED') as event_type,
                timestamptz '2025-09-01 12:00:00+00' as ts,
                'email' as source, date '2025-09-01' as day, n as line_no,
                '' as external_id, 'email' as source_channel, 'P' as pqrs_type, 'alta' as priority,
                '' as geo_region, '' as geo_municipio, 'citizen' as role, 1 as text_len,
                1 as text_length, 'A' as status_from, 'B' as status_to, 'agent' as actor_role,
                '' as file_type, 1 as size_kb
            from range({ROWS}) as lines (n)
            """
        )
        _, measures = measure(duck, "bronze", SUITES["bronze"], {})
    assert {item.rule.name: item.error for item in measures if item.error} == {}
    found = {item.rule.name: item.value for item in measures}
    assert (found["event_id_is_unique"], found["ticket_is_created_once"]) == (0, 0)
    assert found["silent_sources"] == 4
