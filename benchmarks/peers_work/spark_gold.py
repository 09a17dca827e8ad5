"""The five KPIs of gold with PySpark, from cases and the steps of their clocks."""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 -- as Spark's manual has it

from benchmarks.peers_work import DAY_SECONDS, HOUR_MICROSECONDS, Job

BY_TYPE = ["day", "pqrs_type"]


def read_seed(spark: SparkSession, job: Job, name: str) -> DataFrame:
    frame = spark.read.csv(str(job.seed(name)), header=True, inferSchema=name != "dim_geo")
    return frame.withColumnsRenamed({"type_id": "pqrs_type", "channel_id": "channel"})


def write_gold(
    spark: SparkSession, job: Job, cases: DataFrame, steps: DataFrame, calendar: DataFrame
) -> None:
    first, last = (F.lit(text).cast("date") for text in (job.first, job.last))
    days = calendar.where(F.col("day").between(first, last)).select("day", "business_day_index")
    types = read_seed(spark, job, "dim_pqrs_type").select("pqrs_type")
    grid = F.broadcast(days.crossJoin(types)).cache()
    spans = spans_of(spark, cases, steps, calendar, job).cache()
    steps = steps.join(cases.select("ticket_id", "pqrs_type"), "ticket_id")
    closings = steps.where("not is_extension and status_to = 'CLOSED'")
    answered = cases.where("first_response_at is not null").withColumns(
        {"at": F.col("first_response_at"), "day": F.to_date("first_response_at")}
    )
    answered = business_seconds(answered, "at", "position", calendar)
    kpis = {
        "kpi_volume": volume(spark, cases, grid, job),
        "kpi_backlog": backlog(spark, spans, grid, job),
        "kpi_sla": sla(closings, steps.where("is_extension"), spans, grid),
        "kpi_first_response": durations(
            answered, grid, calendar, "responses_count", "to_first_response"
        ),
        "kpi_close_time": durations(closings, grid, calendar, "closings_count", "to_close"),
    }
    keys = ("channel", *BY_TYPE, "region")
    for name, kpi in kpis.items():
        order = [column for column in kpi.columns if column in keys]
        ordered = kpi.drop("business_day_index").coalesce(1).sortWithinPartitions("day", *order)
        ordered.write.partitionBy("day").option("compression", "zstd").parquet(str(job.gold(name)))


def business_seconds(rows: DataFrame, instant: str, name: str, calendar: DataFrame) -> DataFrame:
    """Rows with the position in business time of an instant: whole seconds of business days."""
    into = F.unix_seconds(f"rows.{instant}") % DAY_SECONDS
    position = F.col("of.business_seconds_before") + F.when(
        F.col("of.is_business_day"), into
    ).otherwise(0)
    return (
        rows.alias("rows")
        .join(calendar.alias("of"), F.to_date(f"rows.{instant}") == F.col("of.day"), "left")
        .select("rows.*", position.alias(name))
    )


def spans_of(
    spark: SparkSession, cases: DataFrame, steps: DataFrame, calendar: DataFrame, job: Job
) -> DataFrame:
    """Stretches of days at whose ends a case stands in one state, from the day it is overdue."""
    first, last = (F.lit(text).cast("date") for text in (job.first, job.last))
    opened = cases.select(
        "ticket_id",
        F.col("created_day").alias("day"),
        F.lit("RECEIVED").alias("status"),
        F.lit(False).alias("is_running"),
    )
    columns = ["ticket_id", "day", "status", "is_running", "clock_zero", "elapsed", "term"]
    entries = opened.unionByName(
        steps.where("is_valid").select(*columns, "at", "event_id"), allowMissingColumns=True
    )
    # The creation has no instant here: it comes first.
    life = Window.partitionBy("ticket_id").orderBy("at", "event_id")
    statuses = read_seed(spark, job, "dim_status").where("not is_terminal")
    open_states = statuses.select(F.col("status_id").alias("status"))
    next_day = F.col("next_day")
    working = calendar.where("is_business_day").select(
        F.col("business_day_index").alias("over_index"), F.col("day").alias("over_day")
    )
    due = F.col("clock_zero") + F.col("term")
    overdue = F.when(F.col("is_running"), F.greatest("over_day", "first_day")).when(
        F.col("elapsed") > F.col("term"), F.col("first_day")
    )
    excess = F.col("elapsed") - F.col("term")
    return (
        entries.withColumn("next_day", F.lead("day").over(life))
        .where(next_day.isNull() | ((next_day > F.col("day")) & (next_day > first)))
        .join(F.broadcast(open_states), "status", "semi")
        .join(cases.select("ticket_id", "pqrs_type", "region"), "ticket_id")
        .withColumn("first_day", F.greatest("day", first))
        .withColumn("last_day", F.coalesce(F.date_sub("next_day", 1), last))
        .withColumn("over_index", F.floor(due / DAY_SECONDS) + 1)
        .join(working, "over_index", "left")
        .withColumn("overdue_day", overdue)
        # With a running clock the excess at a day's end is that end minus the due position.
        .select(
            *("pqrs_type", "region", "first_day", "last_day"),
            F.when(F.col("overdue_day") <= F.col("last_day"), F.col("overdue_day")).alias(
                "overdue_day"
            ),
            F.lit(1).alias("spans_count"),
            F.col("is_running").cast("long").alias("running_count"),
            F.when(F.col("is_running"), due).otherwise(0).alias("due_seconds"),
            F.when(F.col("is_running"), 0).otherwise(excess).alias("paused_seconds"),
        )
    )


def running_totals(
    spans: DataFrame, first_day: str, grid: DataFrame, keys: list[str], names: Sequence[str]
) -> DataFrame:
    """Totals at the end of every day: a stretch is added on its first and taken after its last."""
    added = spans.select(F.col(first_day).alias("day"), *keys, *names)
    taken = spans.select(
        F.date_add("last_day", 1).alias("day"),
        *keys,
        *((-F.col(name)).alias(name) for name in names),
    )
    sums = [F.sum(name).alias(name) for name in names]
    changes = added.unionByName(taken).groupBy("day", *keys).agg(*sums)
    so_far = Window.partitionBy(*keys).orderBy("day").rowsBetween(Window.unboundedPreceding, 0)
    totals = {name: F.sum(F.coalesce(name, F.lit(0))).over(so_far) for name in names}
    return grid.join(changes, ["day", *keys], "left").withColumns(totals)


def volume(spark: SparkSession, cases: DataFrame, grid: DataFrame, job: Job) -> DataFrame:
    channels = read_seed(spark, job, "dim_channel").select("channel", "is_default")
    keys = ["day", "channel", "pqrs_type"]
    counts = cases.groupBy(
        F.col("created_day").alias("day"), F.col("source_channel").alias("channel"), "pqrs_type"
    ).agg(F.count("*").alias("tickets_count"))
    kpi = (
        grid.crossJoin(F.broadcast(channels))
        .join(counts, keys, "left")
        .na.fill(0, ["tickets_count"])
    )
    # A channel beyond the default ones has rows on the days on which it brings a case.
    brought = F.sum("tickets_count").over(Window.partitionBy("day", "channel"))
    shown = trended(kpi, "tickets_count", ["channel", "pqrs_type"]).withColumn("brought", brought)
    return shown.where("is_default or brought > 0").drop("is_default", "brought")


def backlog(spark: SparkSession, spans: DataFrame, grid: DataFrame, job: Job) -> DataFrame:
    regions = read_seed(spark, job, "dim_geo").select("region").distinct()
    keys = ["pqrs_type", "region"]
    cells = grid.crossJoin(F.broadcast(regions))
    totals = running_totals(spans, "first_day", cells, keys, ["spans_count"])
    return trended(totals.withColumnRenamed("spans_count", "backlog_count"), "backlog_count", keys)


def sla(closings: DataFrame, extensions: DataFrame, spans: DataFrame, grid: DataFrame) -> DataFrame:
    closed = closings.groupBy(*BY_TYPE).agg(
        F.count("*").alias("closings_count"),
        F.count_if(F.col("elapsed") <= F.col("term")).alias("within_sla_count"),
    )
    announced = extensions.groupBy(*BY_TYPE).agg(
        F.count_if("is_valid").alias("extensions_count"),
        F.count_if(~F.col("is_valid")).alias("refused_extensions_count"),
    )
    measures = ["spans_count", "running_count", "due_seconds", "paused_seconds"]
    late = spans.where("overdue_day is not null")
    totals = running_totals(late, "overdue_day", grid, ["pqrs_type"], measures)
    end = F.col("business_day_index").cast("long") * DAY_SECONDS
    excess = F.col("running_count") * end - F.col("due_seconds") + F.col("paused_seconds")
    counts = ["closings_count", "within_sla_count", "extensions_count", "refused_extensions_count"]
    kpi = (
        totals.withColumnRenamed("spans_count", "overdue_count")
        .join(closed, BY_TYPE, "left")
        .join(announced, BY_TYPE, "left")
        .na.fill(0, counts)
        .select(
            *(*BY_TYPE, *counts, "overdue_count"),
            rounded(100 * F.col("within_sla_count"), F.col("closings_count")).alias(
                "within_sla_pct"
            ),
            rounded(excess, DAY_SECONDS * F.col("overdue_count")).alias("avg_overdue_days"),
        )
    )
    return trended(trended(kpi, "closings_count", ["pqrs_type"]), "overdue_count", ["pqrs_type"])


def durations(
    rows: DataFrame, grid: DataFrame, calendar: DataFrame, count: str, noun: str
) -> DataFrame:
    """How long each took since its case was created: calendar and business time."""
    lengths = business_seconds(rows, "created_at", "created_position", calendar).select(
        *BY_TYPE,
        (F.unix_micros("at") - F.unix_micros("created_at")).alias("hours"),
        (F.col("position") - F.col("created_position")).alias("business_days"),
    )
    figures = [F.count("*").alias(count)]
    for column, unit in (("hours", HOUR_MICROSECONDS), ("business_days", DAY_SECONDS)):
        mean = rounded(F.sum(column), unit * F.count("*"))
        figures.append(mean.alias(f"avg_{column}_{noun}"))
        for label, share in (("median", 0.5), ("p90", 0.9)):
            # The nearest rank: always a value that occurred.
            value = F.expr(f"percentile_disc({share}) within group (order by {column})")
            shown = rounded(value.cast("long"), F.lit(unit))
            figures.append(shown.alias(f"{label}_{column}_{noun}"))
    kpi = grid.join(lengths.groupBy(*BY_TYPE).agg(*figures), BY_TYPE, "left").na.fill(0, [count])
    return trended(kpi, count, ["pqrs_type"])


def rounded(part: Column, whole: Column) -> Column:
    """part / whole to two decimals, half up, in whole numbers; nothing where whole is 0."""
    some = F.when(whole != 0, whole)
    rest = part % some
    hundredths = (part - rest) / some * 100 + F.floor((rest * 200 + some) / (2 * some))
    return (hundredths.cast("decimal(14,0)") / 100).cast("decimal(12,2)")


def trended(kpi: DataFrame, measure: str, keys: list[str]) -> DataFrame:
    """Mean of seven days and the change against a day and a week before, where they are there."""
    series = Window.partitionBy(*keys).orderBy("day")
    week = series.rowsBetween(-6, 0)
    mean = F.when(F.count("*").over(week) == 7, rounded(F.sum(measure).over(week), F.lit(7)))
    return kpi.withColumns(
        {
            f"{measure}_avg_7d": mean,
            f"{measure}_change_1d": F.col(measure) - F.lag(measure, 1).over(series),
            f"{measure}_change_7d": F.col(measure) - F.lag(measure, 7).over(series),
        }
    )
