# ruff: noqa: E501 - SQL in one place reads better in long lines.
"""Expressions that more than one table of the yardstick uses."""

DAY = "cast(make_timestamp(epoch_us({0}) - 18000000000) as date)"
SECONDS = "({1}.business_seconds_before + if({1}.is_business_day, (epoch_us({0}) // 1000000 - 18000) % 86400, 0))"


def ratio(part: str, whole: str) -> str:
    return (
        f"cast(cast((200 * cast({part} as hugeint) + {whole}) // (2 * cast(nullif({whole}, 0)"
        " as hugeint)) as decimal(18, 0)) * 0.01 as decimal(12, 2))"
    )


def hours(column: str, noun: str) -> str:
    hour = 3600000000
    return (
        f"{ratio(f'sum({column})', f'{hour} * count({column})')} as avg_{noun},"
        f" {ratio(f'quantile_disc({column}, 0.5)', str(hour))} as median_{noun},"
        f" {ratio(f'quantile_disc({column}, 0.9)', str(hour))} as p90_{noun}"
    )


def trend(measure: str, keys: str) -> str:
    series = f"partition by {keys} order by day"
    week = f"over ({series} rows between 6 preceding and current row)"
    return (
        f"if(count(*) {week} = 7, {ratio(f'sum({measure}) {week}', '7')}, null) as {measure}_avg_7d,"
        f" {measure} - lag({measure}, 1) over ({series}) as {measure}_change_1d,"
        f" {measure} - lag({measure}, 7) over ({series}) as {measure}_change_7d"
    )


def changes(source: str, first: str, keys: str, measures: dict[str, str]) -> str:
    add = ", ".join(f"{value} as {name}" for name, value in measures.items())
    take = ", ".join(f"-({value}) as {name}" for name, value in measures.items())
    total = ", ".join(f"sum({name}) as {name}" for name in measures)
    return (
        f"(select day, {keys}, {total} from (select {first} as day, {keys}, {add} from {source}"
        f" union all select last_day + 1, {keys}, {take} from {source}) group by all)"
    )


def running(name: str, keys: str) -> str:
    window = f"over (partition by {keys} order by day rows unbounded preceding)"
    return f"cast(sum(coalesce({name}, 0)) {window} as bigint)"


OVERDUE = {
    "overdue_count": "1",
    "running_count": "if(is_clock_running, 1, 0)",
    "due_sum": "if(is_clock_running, zero + term, 0)",
    "paused_sum": "if(is_clock_running, 0, elapsed - term)",
}
