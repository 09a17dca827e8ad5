"""The rules of what is about to be published, made from the declaration of each dataset."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg

from orchestration.publication.datasets import Dataset

# How the name of a column says what its values may be.
_NOT_NEGATIVE = (
    "_count", "_avg_7d", "_seconds", "_days", "_hours_to_first_response", "_hours_to_close",
    "_hours_in_state", "_days_to_first_response", "_days_to_close", "_days_to_response",
    "_days_in_state", "_waiting_citizen", "_waiting_entity", "_unassigned",
)  # fmt: skip
_RANGES = (("_pct", "{0} between 0 and 100"), *((end, "{0} >= 0") for end in _NOT_NEGATIVE))

# What only several tables together can show. Each gives the number by which they disagree.
_AGREEMENTS = {
    ("tickets", "ticket_ids_are_known"): (
        "select count(*) from serving.tickets where {fresh} and not exists"
        " (select from serving.ticket_ids where ticket_ids.ticket_id = tickets.ticket_id)"
    ),
    ("kpi_volume_daily", "volume_is_that_of_the_tickets"): (
        "select abs((select sum(tickets_count) from serving.kpi_volume_daily where {of})"
        " - (select count(*) from serving.tickets where {of}))"
    ),
    ("kpi_backlog_daily", "backlog_is_what_stands_open"): (
        "select abs(coalesce((select sum(backlog_count) from serving.kpi_backlog_daily"
        " where {of} and day = {last_day}::date), 0) - (select count(*) from serving.tickets"
        " where {of} and current_status not in ('CLOSED', 'ARCHIVED')))"
    ),
    ("kpi_sla_daily", "closings_are_those_of_the_events"): (
        "select abs(coalesce((select sum(closings_count) from serving.kpi_sla_daily"
        " where {fresh}), 0) - (select count(*) from serving.status_events where {of}"
        " and is_valid and status_to = 'CLOSED'"
        " and day in (select day from serving.kpi_sla_daily where {fresh})))"
    ),
}


@dataclass(frozen=True)
class Rule:
    """A query of PostgreSQL that counts what is wrong: 0 when all is well.

    In it `{fresh}` are the batches of its table that were not checked before, and `{of}` those of
    the publication in the tables that it asks.
    """

    table: str
    name: str
    query: str
    of: str = ""  # the table whose batches `{of}` are, where that is one

    def asks_of(self, table: str) -> bool:
        """Whether `{of}` names batches of a table."""
        if self.of:
            return table == self.of
        return table == self.table or f"serving.{table}" in self.query


def rules(datasets: Sequence[Dataset]) -> Iterator[Rule]:
    """Of every dataset its grain, its days or grid, and its ranges; then what several agree on."""
    tables = {dataset.table for dataset in datasets}
    for dataset in datasets:
        yield _grain(dataset)
        yield from _days(dataset, datasets)
        yield _ranges(dataset)
        names = {column.name for column in dataset.columns}
        if "ticket_id" in names and dataset.grain != ("ticket_id",) and "tickets" in tables:
            yield _orphans(dataset)
    for (table, name), query in _AGREEMENTS.items():
        if table in tables:
            yield Rule(table, name, query)


def grid_size(grid: Mapping[str, str | Sequence[object]]) -> str:
    """A SQL expression of the rows that a dense dataset has per day.

    The members of a column are those of a column of a reference list (`dim_geo.geo_id`), or a list
    of values. Columns of one list come together: the pairs of states that it has.
    """
    sizes = []
    lists: dict[str, list[str]] = {}
    for members in grid.values():
        if isinstance(members, str):
            table, _, column = members.partition(".")
            lists.setdefault(table, []).append(column)
        else:
            sizes.append(str(len(members)))
    for table, columns in lists.items():
        counted = f"distinct ({', '.join(columns)})"
        sizes.append(f"(select count({counted}) from serving.{table} where {{of}})")
    return " * ".join(sizes)


def _grain(dataset: Dataset) -> Rule:
    rows, grain = f"from serving.{dataset.table} where", ", ".join(dataset.grain)
    which = "{fresh}"
    if not dataset.has_days:  # then a fresh row may stand in another batch as well
        which = f"{{of}} and ({grain}) in (select {grain} {rows} {{fresh}})"
    return Rule(
        dataset.table,
        "grain_is_unique_over_batches",
        f"select count(*) from (select {rows} {which}"
        f" group by {grain} having count(*) > 1) as repeated",
    )


def _days(dataset: Dataset, datasets: Sequence[Dataset]) -> Iterator[Rule]:
    """A dense dataset has every day of the world with all its members; others have no other day."""
    if dataset.has_days:
        yield Rule(
            dataset.table,
            "days_are_those_of_their_batches",
            f"select count(*) from serving.{dataset.table} join meta.batches using (batch_id)"
            " where {fresh} and partition <> 'day=' || to_char(day, 'YYYY-MM-DD')",
        )
    if dataset.grid:
        yield Rule(
            dataset.table,
            "days_are_those_of_the_world",
            "select count(*) from (select split_part(partition, 'day=', 2)::date as day"
            f" from meta.batches where {{of}} and dataset = '{dataset.name}')"
            " as found full join (select unnest({days}::date[]) as day) as expected using (day)"
            " where found.day is null or expected.day is null",
        )
        yield Rule(
            dataset.table,
            "grid_is_dense",
            f"select {'greatest(0, ' if dataset.grid_grows else 'abs('}"
            "(select count(distinct partition) from meta.batches where {fresh}"
            f" and dataset = '{dataset.name}') * {grid_size(dataset.grid)}"
            f" - (select count(*) from serving.{dataset.table} where {{fresh}}))",
        )
    elif dataset.has_days:
        yield Rule(
            dataset.table,
            "days_lie_in_the_world",
            f"select count(*) from serving.{dataset.table}"
            " where {fresh} and not day = any({days}::date[])",
        )


def _ranges(dataset: Dataset) -> Rule:
    conditions = [
        pattern.format(column.name)
        for column in dataset.columns
        for suffix, pattern in _RANGES
        if column.name.endswith(suffix)
    ]
    wrong = " or ".join(f"not ({condition})" for condition in conditions) or "false"
    return Rule(
        dataset.table,
        "values_are_in_range",
        f"select count(*) from serving.{dataset.table} where {{fresh}} and ({wrong})",
    )


def _orphans(dataset: Dataset) -> Rule:
    return Rule(
        dataset.table,
        "ticket_exists",
        f"select count(*) from (select distinct ticket_id from serving.{dataset.table}"
        " where {fresh}) as found where not exists (select from serving.tickets"
        " where {of} and tickets.ticket_id = found.ticket_id)",
        of="tickets",
    )


def references(connection: psycopg.Connection) -> Iterator[Rule]:
    """Of every table that its values are in the lists that its references name.

    All rows at once, where PostgreSQL would ask for each: see the macro add_serving_keys. Cases,
    which are many, have rules of their own: `ticket_exists`, `ticket_ids_are_known`.
    """
    rows = connection.execute(
        """
        select relname, array_agg(regexp_replace(pg_get_constraintdef(pg_constraint.oid),
            '.*\\((.+)\\) REFERENCES (.+)\\((.+)\\).*', '\\1 not in (select \\3 from \\2)'))
        from pg_constraint join pg_class on pg_class.oid = conrelid
        where contype = 'f' and connamespace = 'serving'::regnamespace
            and confrelid not in ('meta.batches'::regclass, 'serving.ticket_ids'::regclass)
        group by relname order by relname
        """
    ).fetchall()
    for table, unknown in rows:
        yield Rule(
            table,
            "references_exist",
            f"select count(*) from serving.{table} where {{fresh}} and ({' or '.join(unknown)})",
        )
