"""The SLA clock with PySpark: the term of every case, and the time that it has used."""

from pyspark.sql import Column, DataFrame, SparkSession, Window, WindowSpec
from pyspark.sql import functions as F  # noqa: N812 -- as Spark's manual has it

from benchmarks.peers_work import DAY_SECONDS, POLICY, Job
from benchmarks.peers_work.spark_gold import business_seconds, read_seed


def life() -> WindowSpec:
    """The events of a case in their order. Spark has no window before it has a session."""
    return Window.partitionBy("ticket_id").orderBy("at", "event_id")


def so_far(last: int = Window.currentRow) -> WindowSpec:
    return life().rowsBetween(Window.unboundedPreceding, last)


def terms_of(
    spark: SparkSession, steps: DataFrame, cases: DataFrame, calendar: DataFrame, job: Job
) -> DataFrame:
    """What the policy in force gives each radicated case."""
    policies = (
        read_seed(spark, job, "dim_sla_policy")
        .where(F.col("policy_id") == POLICY)
        .withColumnsRenamed({"subtype": "only_subtype", "business_days": "policy_days"})
    )
    working = calendar.where("is_business_day")
    index = F.col("business_day_index")
    # What arrives on a day off counts as arrived on the next business day.
    arrivals = (
        steps.where("status_to = 'RADICATED'")
        .select("ticket_id", "at", "day")
        .join(cases.select("ticket_id", "pqrs_type", "subtype"), "ticket_id")
        .join(calendar, "day", "left")
        .withColumn("arrival", index + F.when(F.col("is_business_day"), 0).otherwise(1))
        .drop("business_day_index", "business_seconds_before")
        .join(
            working.select(index.alias("arrival"), F.col("day").alias("arrival_day")),
            "arrival",
            "left",
        )
    )
    in_force = F.col("arrival_day").between(
        F.col("valid_from"), F.coalesce("valid_to", F.lit("9999-12-31").cast("date"))
    )
    fits = F.col("only_subtype").isNull() | (F.col("only_subtype") == F.col("subtype"))
    # A term for the subtype goes before the term for the type.
    choice = Window.partitionBy("ticket_id").orderBy(F.col("only_subtype").asc_nulls_last())
    # After the hour of closing, where a policy has one, a business day is over.
    is_late = F.col("is_business_day") & (F.hour("at") >= F.col("cutoff_hour"))
    return (
        arrivals.join(F.broadcast(policies), "pqrs_type")
        .where(in_force & fits)
        .withColumn("choice", F.row_number().over(choice))
        .where("choice = 1")
        .withColumn("first", F.col("arrival") + F.when(is_late, 2).otherwise(1))
        .join(
            working.select(index.alias("first"), F.col("business_seconds_before").alias("start")),
            "first",
            "left",
        )
        .select(
            "ticket_id",
            "start",
            (F.col("policy_days") * DAY_SECONDS).alias("first_term"),
            "stops_at",
        )
    )


def used(
    spark: SparkSession, steps: DataFrame, terms: DataFrame, calendar: DataFrame, job: Job
) -> DataFrame:
    """The SLA clock at every step: its position, and the business time used by then."""
    statuses = read_seed(spark, job, "dim_status").where("sla_behavior in ('START', 'RUN')")
    running = [row["status_id"] for row in statuses.collect()]
    # Before the radication an extension knows no term, although the case has one by now.
    knows = ~(F.col("is_extension") & (F.col("status_before") == "RECEIVED"))

    def runs(status: str) -> Column:
        is_over = F.coalesce(F.col(status) == F.col("stops_at"), F.lit(True))
        return F.col(status).isin(running) & ~is_over & F.col("start").isNotNull()

    placed = business_seconds(steps, "at", "position", calendar)
    placed = business_seconds(placed, "previous_at", "previous_position", calendar)
    spent = F.col("reached") - F.greatest("previous_position", "start")
    # The state goes on after an extension: the change that leaves it counts all of its time.
    total = F.sum(F.when(F.col("is_extension"), 0).otherwise(F.col("spent"))).over(so_far())
    own = F.when(F.col("is_extension"), F.col("spent")).otherwise(0)
    return (
        placed.join(terms, "ticket_id", "left")
        .withColumns({name: F.when(knows, F.col(name)) for name in ("start", "first_term")})
        .withColumn("is_running", runs("status"))
        .withColumn("reached", F.greatest("position", "start"))
        .withColumn("spent", F.when(runs("status_before"), spent).otherwise(0))
        .withColumn("elapsed", F.when(F.col("start").isNotNull(), total + own))
    )


def termed(clock: DataFrame) -> DataFrame:
    """The clock with the term as it stands after each step, extensions judged in their order."""

    def judge(added: Column, step: Column) -> Column:
        return added + F.when(counts(added, step), step["business_days"]).otherwise(0)

    def counts(added: Column, step: Column) -> Column:
        is_open = ~step["status"].isin("RECEIVED", "CLOSED", "ARCHIVED")
        in_term = step["elapsed"] <= step["first_term"] + added * DAY_SECONDS
        fits = (added + step["business_days"]) * DAY_SECONDS <= step["first_term"]
        return is_open & in_term & fits

    # Extensions up to this one, in their order; what counted of those before it decides.
    extension = F.struct("status", "elapsed", "first_term", "business_days")
    told = F.when(F.col("is_extension"), extension)
    nothing = F.lit(0).cast("long")
    is_valid = counts(
        F.col("added_before"), F.struct("status", "elapsed", "first_term", "business_days")
    )
    return (
        clock.withColumn("extensions", F.collect_list(told).over(so_far()))
        .withColumn("added", F.aggregate("extensions", nothing, judge))
        .withColumn("added_before", F.coalesce(F.lag("added").over(life()), nothing))
        .withColumn("is_valid", ~F.col("is_extension") | F.coalesce(is_valid, F.lit(False)))
        .withColumn("term", F.col("first_term") + F.col("added") * DAY_SECONDS)
        .withColumn("clock_zero", F.when(F.col("is_running"), F.col("reached") - F.col("elapsed")))
        .drop("extensions", "added_before")
    )
