"""Edits of the project's files that declare something wrong, and what dbt says of each."""

GOLD = "dbt_project/models/gold/gold_{}.yml"
SILVER = "dbt_project/models/silver/silver_{}.yml"
VIEW = "dbt_project/models/serving/views/core_messages.sql"
LONGEST, TOO_LONG = "a" * 59 + "_pct", "a" * 60 + "_pct"
NAMES = "is not a valid name: use a to z (lower case), 0 to 9 and _, beginning with a letter"


def column(name: str) -> tuple[str, str]:
    """An edit that declares one more column."""
    text = "    columns:\n"
    return text, f"{text}      - {{name: {name}, data_type: bigint, description: Of a test.}}\n"


# Each of another model: a wrong key hides what else is wrong with the same one.
CASES = {
    "a name of 64 characters": (
        GOLD.format("kpi_ageing"), *column(TOO_LONG),
        f"columns.{TOO_LONG}: '{TOO_LONG}' has 64 characters, and PostgreSQL keeps 63 of a name",
    ),
    "upper case": (
        GOLD.format("kpi_backlog"), *column("Open_pct"), f"columns.Open_pct: 'Open_pct' {NAMES}",
    ),
    "not ASCII": (
        GOLD.format("kpi_close_time"), *column("atención_pct"),
        f"columns.atención_pct: 'atención_pct' {NAMES}",
    ),
    "a reserved word": (
        GOLD.format("kpi_department"), *column("order"),
        "columns.order: 'order' is a reserved word of DuckDB or PostgreSQL: rename it",
    ),
    "a column of PostgreSQL": (
        SILVER.format("attachments"), *column("xmin"),
        "columns.xmin: 'xmin' is a reserved word of DuckDB or PostgreSQL: rename it",
    ),
    "a column that serving adds": (
        GOLD.format("kpi_dependencia"), *column("batch_id"),
        "columns.batch_id: 'batch_id' is a column that the table has already: rename it",
    ),
    "a column of a serving model that its dataset has": (
        "dbt_project/models/serving/serving_dim_geo.yml", "name: geometry", "name: region",
        "columns.region: 'region' is a column that the table has already: rename it",
    ),
    "a column that is declared twice": (
        GOLD.format("kpi_priority"), *column("day"), "columns.day: is declared 2 times: keep one",
    ),
    "grid misspelt": (
        GOLD.format("kpi_waiting"), "        grid:", "        gird:",
        "config.meta.gird: is not a known key, perhaps grid: use grain, order, partition, touched",
    ),
    "touched misspelt": (
        SILVER.format("messages"), "        touched:", "        touchd:",
        "config.meta.touchd: is not a known key, perhaps touched: use grain, order",
    ),
    "a key of serving misspelt": (
        GOLD.format("kpi_sla_cohort"), "          indexes:", "          indexs:",
        "config.meta.serving.indexs: is not a known key, perhaps indexes: use schema, indexes",
    ),
    "a key of an index misspelt": (
        GOLD.format("kpi_outcome"), "serves: ", "inclde: [outcome], serves: ",
        "config.meta.serving.indexes.day.inclde: is not a known key, perhaps include: use name",
    ),
    "a key of a test misspelt": (
        SILVER.format("tickets"), "meta: {serving: false}", "meta: {servng: false}",
        "config.meta.servng: is not a known key, perhaps serving: use check_name",
    ),
    "a key of a seed": (
        "seeds/_dim_department.yml", "        grain:", "        grid_grows: true\n        grain:",
        "config.meta.grid_grows: is not a known key: use grain, serving",
    ),
    "a key of a column": (
        SILVER.format("term_extensions"),
        "    columns:\n", "    columns:\n      - {name: note, config: {meta: {private: true}}}\n",
        "columns.note.meta.private: is not a known key: use none here",
    ),
    "a key in config": (
        GOLD.format("kpi_model_quality"), "      meta:\n", "      grid: {a: [b]}\n      meta:\n",
        "config.grid: stands too high: write it under config.meta",
    ),
    "a key beside config": (
        GOLD.format("kpi_flow_variants"), "    config:\n", "    touched: days\n    config:\n",
        "touched: stands too high: write it under config.meta",
    ),
    "a text for a list": (
        GOLD.format("kpi_first_response"), "grain: [day, pqrs_type]", "grain: day",
        "config.meta.grain: 'day' is not a list: write it as [one, other]",
    ),
    "a text for a choice": (
        GOLD.format("kpi_volume"), "grid_grows: true", 'grid_grows: "no"',
        "config.meta.grid_grows: 'no' is not a choice: use true or false",
    ),
    "a list that is not there": (
        GOLD.format("kpi_municipality"), "dim_geo.geo_id", "dim_nope.geo_id",
        "config.meta.grid.geo_id: 'dim_nope' is not a reference list that is served: use dim_cal",
    ),
    "a column that a list does not have": (
        GOLD.format("kpi_topic"), "dim_geo.region", "dim_geo.nope",
        "config.meta.grid.region: 'nope' is not a column of dim_geo: use geo_id, region",
    ),
    "a list without its column": (
        GOLD.format("kpi_status_transitions"), "dim_pqrs_type.type_id", "dim_pqrs_type",
        "config.meta.grid.pqrs_type: 'dim_pqrs_type' lacks its column: write dim_pqrs_type.COLUMN",
    ),
    "a test of a grid that is not declared": (
        GOLD.format("report_monthly"), "    data_tests:\n",
        "    data_tests:\n      - every_day_has_its_grid\n",
        "every_day_has_its_grid reads config.meta.grid of gold_report_monthly, which is missing",
    ),
    "an order that is not there": (
        SILVER.format("status_events"), "order: [ts, event_id]", "order: [ts, even_id]",
        "config.meta.order: 'even_id' is not a column: use ",
    ),
    "a partition that is not there": (
        GOLD.format("report_quarterly"), "partition: day", "partition: dya",
        "config.meta.partition: 'dya' is not a column: use day",
    ),
    "a partition that never fits": (
        GOLD.format("report_semester"), "partition: day", "partition: pqrs_type",
        "config.meta.partition: 'pqrs_type' is of type varchar, and touched: semester_ends lists",
    ),
    "partitions of another layer": (
        GOLD.format("tickets_snapshot"), "touched: days", "touched: events",
        "config.meta.touched: 'events' is not known in gold: use one of days, month_ends",
    ),
    "a private column that is not there": (
        VIEW, "'private_columns': ['text']", "'private_columns': ['txt']",
        "config.meta.private_columns: 'txt' is not a column: use message_id",
    ),
}  # fmt: skip
