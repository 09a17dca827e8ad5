"""What the checks compare a run with: its days, its configuration, the runs before it."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from orchestration.run import Run

# Day to day, arrivals scatter by a fifth around what the calendar makes expect, whatever the day.
_DAILY_SCATTER_PCT = 21.0
_SIGMAS = 3.5
# Allowed for: texts whose lengths scatter as widely as they are long on average.
_LENGTH_SCATTER_PCT = 100.0
# What chance alone explains of a divergence: the 1e-6 quantile of chi squared, by its degrees.
_CHI_SQUARED = {1: 23.9, 2: 27.6, 3: 30.7, 4: 33.4, 5: 35.9}


@dataclass(frozen=True)
class Baseline:
    """Means over earlier runs of the same configuration; null before the first.

    `days` and `openings` (first messages of cases) are what they are means over.
    """

    volume_pct: float | None = None
    text_length: float | None = None
    days: int = 0
    openings: float = 0.0
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Comparison:
    """What a run is compared with.

    `shares` are those of the configuration, by "channel", "pqrs_type" and "priority"; empty for
    ingested events, which have no configuration. `expected_tickets` is the mean number of creations
    that the configuration gives these days. `has_gap`: days of the world before its last one are
    not in the lake, so that events of cases opened on them are left out of silver.
    """

    run: Run
    expected_tickets: float | None = None
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    baseline: Baseline = Baseline()
    has_gap: bool = False

    @property
    def days(self) -> int:
        """Days of the run."""
        return len(self.run.days)

    def allowance(self, check_name: str, count: float = 0.0, categories: int = 2) -> float:
        """How far chance alone may take a measure: the limit of a check is never below it."""
        if check_name == "volume_to_expected_pct":
            return _SIGMAS * _DAILY_SCATTER_PCT / math.sqrt(self.days)
        if check_name == "volume_drift_pct" and self.baseline.days:
            spread = math.sqrt(1 / self.days + 1 / self.baseline.days)
            return _SIGMAS * _DAILY_SCATTER_PCT * spread
        if check_name == "text_length_drift_pct" and count and self.baseline.openings:
            spread = math.sqrt(1 / count + 1 / self.baseline.openings)
            return _SIGMAS * _LENGTH_SCATTER_PCT * spread
        if check_name.endswith("_shares") and count:
            return _CHI_SQUARED.get(categories - 1, 36.0) / (2 * count)
        if check_name.endswith("_shares_drift_points") and self.expected_tickets:
            # Half the cases on either side is the widest a share can scatter.
            return 5.0 * 50.0 * math.sqrt(2 / self.expected_tickets)
        return 0.0


def read_comparison(connection: psycopg.Connection, run: Run) -> Comparison:
    """Read what is known of a run's world and of the runs before it."""
    row = connection.execute(
        """
        select config, exists (
            select from generate_series(
                worlds.first_day,
                greatest(%(first)s::date - 1, (
                    select max(date_max) from meta.etl_runs join meta.manifest_index using (run_id)
                    where etl_runs.world_id = worlds.world_id and layer = 'bronze'
                )),
                interval '1 day'
            ) as days (day)
            where days.day not between %(first)s and %(last)s and not exists (
                select from meta.etl_runs join meta.manifest_index using (run_id)
                where etl_runs.world_id = worlds.world_id and layer = 'bronze'
                    and days.day between date_min and date_max
            )
        )
        from meta.worlds where world_id = %(world)s
        """,
        {"world": run.world.world_id, "first": run.date_min, "last": run.date_max},
    ).fetchone()
    config, has_gap = row if row else ({}, False)
    baseline = _baseline(connection, run)
    if run.world.kind != "simulated" or "world" not in config:
        return Comparison(run, baseline=baseline, has_gap=has_gap)
    return Comparison(run, _expected(config, run), _shares(config), baseline, has_gap)


def _expected(config: Mapping[str, Any], run: Run) -> float:
    from simulator.arrivals import expected
    from simulator.config.model import Arrivals

    # Strict models take the tuples that JSON has made lists of when they are read as JSON.
    arrivals = Arrivals.model_validate_json(json.dumps(config["world"]["arrivals"]))
    start = run.world.first_day
    return sum(expected(arrivals, start, day) for day in run.days)


def _shares(config: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    from simulator.config.model import CHANNELS, PRIORITIES, TYPES

    names = {"channel": CHANNELS, "pqrs_type": TYPES, "priority": PRIORITIES}
    case = config["world"]["case"]
    return {
        name: dict(case[name])
        if isinstance(case[name], Mapping)
        else dict(zip(values, case[name], strict=True))
        for name, values in names.items()
    }


def _baseline(connection: psycopg.Connection, run: Run) -> Baseline:
    """Means over up to ten earlier runs that got through, by their days."""
    rows = connection.execute(
        """
        with earlier as (
            select run_id, attempt, date_max - date_min + 1 as days
            from meta.etl_runs
            join meta.worlds using (world_id)
            where run_seq < coalesce(
                    (select run_seq from meta.etl_runs where run_id = %(run)s), 9223372036854775807
                )
                and worlds.config_hash = %(config)s
                and (
                    status in ('PUBLISHED', 'DEGRADED')
                    -- A run of a backfill that publishes for all of its runs at the end.
                    or status = 'RUNNING' and exists (
                        select from meta.manifest_index
                        where manifest_index.run_id = etl_runs.run_id and layer = 'gold'
                    )
                )
            order by run_seq desc limit 10
        )

        select distinct on (run_id, check_name) check_name, value, details_json, days
        from earlier join meta.data_quality using (run_id)
        where check_name in (
            'volume_to_expected_pct', 'opening_text_length', 'channel_shares', 'pqrs_type_shares'
        ) and layer = 'silver' and value is not null
        order by run_id, check_name, data_quality_id desc
        """,
        {"run": run.run_id, "config": run.world.config_hash},
    ).fetchall()
    volume = [(float(value), days) for name, value, _, days in rows if name.startswith("volume")]
    # A run that did not count its texts is of an earlier version.
    lengths = [
        (float(value), details["rows"])
        for name, value, details, _ in rows
        if name.startswith("opening") and "rows" in details
    ]
    shares = {}
    for name in ("channel", "pqrs_type"):
        found = [
            (details["observed"], days)
            for check, _, details, days in rows
            if check == f"{name}_shares" and details.get("observed")
        ]
        if found:
            total = sum(days for _, days in found)
            values = {value for observed, _ in found for value in observed}
            shares[name] = {
                value: sum(observed.get(value, 0.0) * days for observed, days in found) / total
                for value in values
            }
    return Baseline(
        volume_pct=_mean(volume),
        text_length=_mean(lengths),
        days=sum(days for _, days in volume),
        openings=sum(count for _, count in lengths),
        shares=shares,
    )


def _mean(weighted: Sequence[tuple[float, float]]) -> float | None:
    total = sum(weight for _, weight in weighted)
    return sum(value * weight for value, weight in weighted) / total if total else None
