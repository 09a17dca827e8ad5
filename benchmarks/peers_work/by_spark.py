"""The five KPIs with PySpark on two local cores: silver; `spark_gold` writes gold."""

import os
import sys

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 -- as Spark's manual has it

from benchmarks.peers_work import OFFSET_HOURS, Job, Started
from benchmarks.peers_work.spark_clock import life, so_far, termed, terms_of, used
from benchmarks.peers_work.spark_gold import read_seed, write_gold

FIELDS = (
    *("source_channel", "pqrs_type", "subtype", "geo_region", "geo_municipio", "geo_code"),
    *("role", "status_from", "status_to", "business_days"),
)


def build(job: Job, started: Started) -> None:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    spark = session()
    started()
    calendar = F.broadcast(read_seed(spark, job, "dim_calendar"))
    events = read_events(spark, job).cache()
    cases = cases_of(spark, events, job)
    born = cases.select("ticket_id", "created_at", "created_event_id")
    # What happens before a case exists neither moves nor answers it.
    is_after = F.struct("at", "event_id") > F.struct("created_at", "created_event_id")
    located = events.join(born, "ticket_id").withColumn("is_after", is_after)
    first_responses = (
        located.where(F.col("is_after") & (F.col("role") == "agent"))
        .groupBy("ticket_id")
        .agg(F.min("at").alias("first_response_at"))
    )
    cases = cases.join(first_responses, "ticket_id", "left").cache()
    steps = steps_of(spark, located, job).cache()
    terms = terms_of(spark, steps, cases, calendar, job)
    clock = termed(used(spark, steps, terms, calendar, job)).cache()
    write_gold(spark, job, cases, clock, calendar)
    gateway = spark.sparkContext._gateway
    spark.stop()
    # What the Java process has cost is only known once it is waited for.
    gateway.proc.stdin.close()
    gateway.proc.wait()


def session() -> SparkSession:
    return (
        SparkSession.builder.master("local[2]")
        .appName("peers")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.memory", "2g")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )


def read_events(spark: SparkSession, job: Job) -> DataFrame:
    """Each event once: of the copies the first by (ts, day, source, line)."""
    columns = [F.col(f"data.{name}").alias(name) for name in FIELDS]
    # As clocks in Colombia show it: days and hours follow without another conversion.
    at = F.col("ts") - F.expr(f"interval {OFFSET_HOURS} hours")
    places = ["ts", "day", "source", "line_no"]
    first = Window.partitionBy("event_id").orderBy(*places)
    return (
        spark.read.parquet(*job.bronze)
        .select("event_id", "ticket_id", "event_type", *places, *columns)
        .withColumn("copy_no", F.row_number().over(first))
        .where("copy_no = 1")
        .where(
            "event_type in ('TICKET_CREATED', 'STATUS_CHANGED', 'TERM_EXTENDED') or role = 'agent'"
        )
        .withColumn("at", at)
        .drop("copy_no", *places)
    )


def cases_of(spark: SparkSession, events: DataFrame, job: Job) -> DataFrame:
    """One row per case: what its first creation says, and where it lies."""
    geo = read_seed(spark, job, "dim_geo")
    by_code = geo.select(F.col("geo_id").alias("geo_code"), "region")
    # A name that two municipalities of a region share cannot tell them apart.
    by_name = (
        geo.groupBy(F.col("region").alias("geo_region"), F.col("municipio").alias("geo_municipio"))
        .agg(F.count("*").alias("count"))
        .where("count = 1")
        .select("geo_region", "geo_municipio", F.col("geo_region").alias("named_region"))
    )
    return (
        events.where("event_type = 'TICKET_CREATED'")
        .withColumn("creation_no", F.row_number().over(life()))
        .where("creation_no = 1")
        .join(F.broadcast(by_code), "geo_code", "left")
        .join(F.broadcast(by_name), ["geo_region", "geo_municipio"], "left")
        .select(
            *("ticket_id", "source_channel", "pqrs_type", "subtype"),
            F.coalesce("region", "named_region").alias("region"),
            F.col("at").alias("created_at"),
            F.col("event_id").alias("created_event_id"),
            F.to_date("at").alias("created_day"),
        )
    )


def steps_of(spark: SparkSession, located: DataFrame, job: Job) -> DataFrame:
    """Valid changes and all extensions of every case, with the state before each."""
    pairs = read_seed(spark, job, "dim_status_transition").withColumn("is_pair", F.lit(True))
    is_allowed = F.coalesce("is_pair", F.lit(False)) & F.col("is_after")
    shown = ["ticket_id", "at", "event_id", "created_at"]
    changes = (
        located.where("event_type = 'STATUS_CHANGED'")
        .join(F.broadcast(pairs), ["status_from", "status_to"], "left")
        .select(*shown, "status_from", "status_to", is_allowed.alias("is_allowed"))
        .withColumn(
            "is_next", F.col("status_from") == F.lag("status_to", 1, "RECEIVED").over(life())
        )
        .withColumn(
            "is_straying",
            F.max(~(F.col("is_allowed") & F.col("is_next"))).over(Window.partitionBy("ticket_id")),
        )
    )
    moves = changes.where("not is_straying").select(*shown, "status_to")
    moves = moves.unionByName(walked(changes.where("is_straying")).select(*shown, "status_to"))
    announced = located.where("event_type = 'TERM_EXTENDED'").select(*shown, "business_days")
    steps = moves.withColumn("is_extension", F.lit(False)).unionByName(
        announced.withColumn("is_extension", F.lit(True)), allowMissingColumns=True
    )
    # The newest change before a step says in which state it finds its case, and since when.
    change_at = F.when(~F.col("is_extension"), F.col("at"))
    begun = F.when(F.col("is_extension"), F.col("at")).otherwise(F.col("created_at"))
    known = F.last("status_to", ignorenulls=True).over(so_far(-1))
    return (
        steps.withColumn("status_before", F.coalesce(known, F.lit("RECEIVED")))
        .withColumn("previous_at", F.coalesce(F.last(change_at, True).over(so_far(-1)), begun))
        .withColumn("status", F.coalesce("status_to", "status_before"))
        .withColumn("day", F.to_date("at"))
    )


def walked(strays: DataFrame) -> DataFrame:
    """The changes that move their cases, found change by change; for the few cases that stray."""

    def step(walk: Column, change: Column) -> Column:
        is_valid = change["is_allowed"] & (change["status_from"] == walk["status"])
        return F.when(
            is_valid,
            F.struct(
                change["status_to"].alias("status"),
                F.concat(walk["moves"], F.array(change)).alias("moves"),
            ),
        ).otherwise(walk)

    fields = ["at", "event_id", "created_at", "status_from", "status_to", "is_allowed"]
    lives = strays.groupBy("ticket_id").agg(
        F.array_sort(F.collect_list(F.struct(*fields))).alias("life")
    )
    nothing = F.struct(
        F.lit("RECEIVED").alias("status"),
        F.filter("life", lambda _: F.lit(False)).alias("moves"),
    )
    moves = F.aggregate("life", nothing, step)["moves"]
    return lives.select("ticket_id", F.inline(moves))
