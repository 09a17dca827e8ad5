"""Measures of a world: it is simulated, written as raw objects, and read back by DuckDB."""

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from simulator import seeds
from simulator.config import SimulationConfig
from simulator.config.model import SUBTYPES, TYPES
from simulator.write import write_folder

_SQL = Path(__file__).with_name("measures.sql")
_COLUMNS = (
    "{event_id: 'VARCHAR', ticket_id: 'VARCHAR', event_type: 'VARCHAR', ts: 'TIMESTAMP',"
    " data: 'STRUCT(source_channel VARCHAR, pqrs_type VARCHAR, subtype VARCHAR, priority VARCHAR,"
    " geo_code VARCHAR, role VARCHAR, status_from VARCHAR, status_to VARCHAR,"
    " business_days BIGINT)'}"
)


@dataclass(frozen=True)
class Measures:
    """What the raw events of a world say.

    Attributes:
        seed: The world's seed.
        events: Number of events.
        by_day: Tickets created on each day.
        counts: Tickets by column ("channel", "pqrs_type", "priority", "department") and value.
        hours: Tickets by channel and local hour.
        due: By type: cases whose term has ended, and how many of them are late.
        held: Cases that were put on hold, of those that reached management.
        managed: Cases that reached management.
        closed: Cases closed at least once, and reopened at least once.
        reopened: Likewise.
        backlog: Open cases at the end of each day.
        violations: How many events or cases break each rule.
    """

    seed: int
    events: int
    by_day: dict[date, int]
    counts: dict[str, dict[str, int]]
    hours: dict[tuple[str, int], int]
    due: dict[str, tuple[int, int]]
    held: int
    managed: int
    closed: int
    reopened: int
    backlog: dict[date, int]
    violations: dict[str, int]


def measure(config: SimulationConfig) -> Measures:
    """Simulate the configuration's range of days in a scratch folder and measure it."""
    with tempfile.TemporaryDirectory(prefix="pqrs-report-") as folder:
        write_folder(config, config.start, config.end, Path(folder))
        with duckdb.connect(
            config={"threads": 2, "memory_limit": "2GB", "temp_directory": f"{folder}/spill"}
        ) as connection:
            return _measured(connection, config, Path(folder))


def _measured(
    connection: duckdb.DuckDBPyConnection, config: SimulationConfig, folder: Path
) -> Measures:
    _prepare(connection, config, folder)

    def pairs(sql: str) -> dict[str, int]:
        return dict(connection.execute(sql).fetchall())

    def number(sql: str) -> int:
        return int(connection.execute(sql).fetchall()[0][0])

    def cases(state: str) -> int:
        return number(f"select count(distinct ticket_id) from moves where status_to = '{state}'")

    counts = {
        column: pairs(f"select {column}, count(*) from tickets group by all")
        for column in ("channel", "pqrs_type", "priority")
    }
    counts["department"] = pairs("select geo_code[:2], count(*) from tickets group by all")
    hours = connection.execute(
        "select channel, created_hour, count(*) from tickets group by all"
    ).fetchall()
    due = connection.execute(
        "select pqrs_type, count(*), count(*) filter (is_late) from due group by all"
    ).fetchall()
    return Measures(
        seed=config.seed,
        events=number("select count(*) from events"),
        by_day=dict(_days(connection, "select created_day, count(*) from tickets group by all")),
        counts=counts,
        hours={(channel, hour): found for channel, hour, found in hours},
        due={name: (ended, late) for name, ended, late in due},
        held=cases("ON_HOLD"),
        managed=cases("IN_PROGRESS"),
        closed=cases("CLOSED"),
        reopened=cases("REOPENED"),
        backlog=_backlog(connection, config),
        violations=pairs("select rule, broken from violations"),
    )


def _prepare(connection: duckdb.DuckDBPyConnection, config: SimulationConfig, folder: Path) -> None:
    """Make the tables of measures.sql out of the raw objects in a folder."""
    connection.execute("set temp_directory = ?", [str(folder / "spill")])
    connection.execute("set preserve_insertion_order = false")
    connection.execute(
        f"create view source as select * from read_json('{folder}/*/*/events.jsonl',"
        f" columns={_COLUMNS}, format='newline_delimited')"
    )
    for table, seed in (("calendar", "dim_calendar"), ("transitions", "dim_status_transition")):
        path = seeds.FOLDER / f"{seed}.csv"
        connection.execute(f"create table {table} as select * from read_csv('{path}')")
    connection.execute("create table terms (pqrs_type varchar, subtype varchar, business_days int)")
    policy, start = config.world.sla.policy, config.start
    connection.executemany(
        "insert into terms values (?, ?, ?)",
        [[t, s, seeds.sla_days(policy, t, s, start)] for t in TYPES for s in SUBTYPES],
    )
    for statement in duckdb.extract_statements(_SQL.read_text(encoding="utf-8")):
        named = {"as_of": config.end} if statement.named_parameters else None
        connection.execute(statement, named)


def _days(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[date, int]]:
    return [(day, int(found)) for day, found in connection.execute(sql).fetchall()]


def _backlog(connection: duckdb.DuckDBPyConnection, config: SimulationConfig) -> dict[date, int]:
    changes = """
        select day, sum(change) as change from (
            select created_day as day, 1 as change from tickets
            union all
            select day, case status_to when 'CLOSED' then -1 else 1 end
            from moves where status_to in ('CLOSED', 'REOPENED')
        ) as changed group by all
    """
    return dict(
        _days(
            connection,
            "select calendar.day,"
            " cast(sum(coalesce(changes.change, 0)) over (order by calendar.day) as bigint)"
            f" from calendar left join ({changes}) as changes using (day)"
            f" where calendar.day between '{config.start}' and '{config.end}'"
            " order by calendar.day",
        )
    )
