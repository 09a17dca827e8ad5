"""What models say stands beside the cases: without it every other byte is the same."""

import json
import re
from pathlib import Path

import psycopg
import pyarrow.parquet as pq
import pytest

from orchestration.enrichment.model import read_models
from tests.integration.run.lake import Lake, LakeFactory, small_world

pytestmark = pytest.mark.slow

OFF = {"PQR_ENRICHMENT": "off"}
# How the phrase bank signs; written apart from the patterns that the product looks for.
SIGNED = re.compile(
    r"(?:C\.C\.|[Cc][ée]dula|Celular|Tel\.)\s(\d{8,10})\b|([\w.+-]+@[\w-]+\.[a-z.]*[a-z])"
)
TOKEN = re.compile(r"[\w.+-]+@[\w-]+\.[a-z.]*[a-z]|(?<![\w-])\d{8,10}(?![\w-])")


def committed(lake: Lake) -> dict[tuple[object, ...], object]:
    """The sha256 of what counts, by layer, dataset and partition."""
    rows = lake.query("select layer, dataset, partition, sha256 from meta.committed_objects")
    return {tuple(row[:3]): row[3] for row in rows}


def test_each_case_has_an_answer_of_every_model_with_its_version(published: Lake) -> None:
    versions = published.query(
        "select distinct model_type, model_version from silver.preclassification order by 1"
    )
    assert dict(versions) == read_models().versions()
    (unanswered,) = published.query(
        "select count(*) from ("
        "  select distinct ticket_id from silver.messages where role = 'citizen'"
        " ) as cases where (select count(*) from silver.preclassification as said"
        " where said.ticket_id = cases.ticket_id) <> 3"
    )[0]
    assert unanswered == 0
    (agree,) = published.query(
        "select avg((predicted_type = pqrs_type)::integer) from silver.tickets"
        " join silver.preclassification using (ticket_id)"
        " where model_type = 'ensemble' and not abstained"
    )[0]
    assert agree > 0.8
    (runs,) = published.query("select array_agg(distinct run_id) from silver.preclassification")[0]
    assert runs == [published.query("select run_id from meta.etl_runs")[0][0]]


def test_each_case_has_a_topic_or_none_and_the_topics_of_a_day_are_its_cases(
    published: Lake,
) -> None:
    rows = published.query(
        "select day, count(*), count(topic) from silver.case_topics group by day order by day"
    )
    assert rows
    assert all(with_topic > cases / 2 for _, cases, with_topic in rows)
    assert rows == published.query(
        "select day, sum(cases_count)::bigint,"
        " (sum(cases_count) filter (where topic <> 'sin_tema'))::bigint"
        " from gold.kpi_topic_daily group by day having sum(cases_count) > 0 order by day"
    )


def test_a_case_is_explained_by_its_number_with_its_text_masked(published: Lake) -> None:
    ((number, text),) = published.query(
        "select external_id, text from silver.tickets join silver.messages using (ticket_id)"
        " where role = 'citizen' and text like '%@%' and text like '%C.C. %' limit 1"
    )
    done = published.pqr("models", "explain", str(number))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"case {number}: filed as ")
    assert "published: tfidf_lr " in done.stdout
    for planted in (one or other for one, other in SIGNED.findall(str(text))):
        assert planted not in done.stdout
    unknown = published.pqr("models", "explain", "PQR-20990101-00001")
    assert unknown.returncode == 2
    assert "case PQR-20990101-00001 is not published" in unknown.stderr


def test_its_layer_is_committed_over_the_bronze_that_it_read(published: Lake) -> None:
    rows = published.query(
        "select input_layer, input_dataset, input_sha256 from meta.lineage"
        " where layer = 'enrichment'"
    )
    (bronze,) = published.query(
        "select manifest_sha256 from meta.manifest_index where layer = 'bronze'"
    )[0]
    assert rows == [("bronze", "pqrs_events", bronze)] * 2
    objects, days = published.query(
        "select count(*), count(distinct right(partition, 10)) from meta.committed_objects"
        " where layer = 'enrichment'"
    )[0]
    assert (objects, days) == (6, 3)


def test_drift_of_models_is_judged_by_great_expectations_alone(published: Lake) -> None:
    done = published.pqr("quality", "--all", "--json")
    assert done.returncode == 0, done.stderr
    checks = {
        one["check_name"]: one
        for one in json.loads(done.stdout)["checks"]
        if one["dataset"] in ("gold.kpi_model_quality", "gold.kpi_topic")
    }
    ((drift, least),) = published.query(
        "select max(drift_pct), min(agreed_pct) filter (where model_type <> 'rules')"
        " from gold.kpi_model_quality_daily where covered_count >= 300"
    )
    for name, value in (
        ("guesses_do_not_drift", drift), ("model_agrees_with_what_was_filed", least),
    ):  # fmt: skip
        found = checks[name]
        assert (found["tool"], found["result"]) == ("great_expectations", "PASS")
        assert float(found["value"]) == float(str(value))
    assert checks["abstention_drift_points"]["tool"] == "great_expectations"
    # Two weeks make a comparison of topics.
    assert checks["topics_drift_pct"]["result"] == "SKIPPED"


def test_no_identifier_of_a_person_is_shown_or_kept_beside_the_text(published: Lake) -> None:
    texts = [str(row[0]) for row in published.query("select text from serving.messages")]
    planted = {one or other for text in texts for one, other in SIGNED.findall(text)}
    assert len(planted) >= 600
    reader = published.settings.postgres.reader_dsn
    shown: set[str] = set()
    with psycopg.connect(reader, options="-c statement_timeout=120000") as connection:
        views = connection.execute(
            "select quote_ident(table_schema) || '.' || quote_ident(table_name),"
            " string_agg(quote_ident(column_name), ', ') from information_schema.columns"
            " where table_schema in ('silver', 'gold', 'core', 'meta') group by 1"
        ).fetchall()
        for view, columns in views:
            for row in connection.execute(f"select ({columns})::text from {view}"):
                shown.update(TOKEN.findall(row[0]))
    assert planted & shown == set()

    kept: set[str] = set()
    folder = published.settings.object_cache
    for key, _ in published.query(
        "select key, dataset from meta.committed_objects"
        " where layer in ('enrichment', 'silver', 'gold') and dataset <> 'messages'"
    ):
        table = pq.read_table(folder / str(key))
        for column in table.select([f.name for f in table.schema if str(f.type) == "string"]):
            kept.update(token for text in column.unique() for token in TOKEN.findall(str(text)))
    assert planted & kept == set()
    logs = published.settings.home / "logs"
    written = [path.read_text("utf-8", "replace") for path in logs.rglob("*") if path.is_file()]
    assert planted & {token for text in written for token in TOKEN.findall(text)} == set()
    masked = published.query(
        "select kind, count(*) from silver.message_entities where value like '[%' group by kind"
    )
    assert {kind for kind, _ in masked} >= {"document", "email", "person", "phone"}


@pytest.mark.slow
@pytest.mark.timeout(1000)
def test_without_it_cases_and_kpis_are_the_same_bytes(
    new_lake: LakeFactory, tmp_path: Path
) -> None:
    lake = new_lake()
    run = ("run", "--days", "2", "--config", str(small_world(tmp_path)), "--json")
    without = lake.pqr(*run, **OFF)
    assert without.returncode == 0, without.stderr
    steps = [step["step"] for step in json.loads(without.stdout)["steps"]]
    assert steps == ["raw", "bronze", "silver", "gold", "serving"]
    assert lake.query("select count(*) from silver.preclassification") == [(0,)]
    before, record = committed(lake), lake.query("select silver_rows, gold_rows from meta.etl_runs")
    assert lake.pqr(*run, PQR_DASK_WORKERS="1").returncode == 0
    after = committed(lake)
    assert lake.query("select count(*) > 0 from silver.preclassification") == [(True,)]
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    assert {dataset for _, dataset, _ in changed} == {
        "preclassification", "message_entities", "case_topics", "kpi_model_quality", "kpi_topic",
    }  # fmt: skip
    assert lake.query("select silver_rows, gold_rows from meta.etl_runs") == record

    other = new_lake()
    assert other.pqr(*run, PQR_DASK_WORKERS="2").returncode == 0
    assert committed(other) == after

    a_sample_adds_rows_and_changes_none(lake, run, after)


def a_sample_adds_rows_and_changes_none(
    lake: Lake, run: tuple[str, ...], before: dict[tuple[object, ...], object]
) -> None:
    ask = "select * from silver.preclassification where model_type {} 'encoder_lr' order by 1, 2, 4"
    said = lake.query(ask.format("<>"))
    quality = sorted(map(str, lake.query("select * from gold.kpi_model_quality_daily")))
    sampled = lake.pqr(*run, PQR_ENCODER_PERCENT="50")
    assert sampled.returncode == 0, sampled.stderr
    assert lake.query(ask.format("<>")) == said
    assert 0.3 < 3 * len(lake.query(ask.format("="))) / len(said) < 0.7
    changed = {key for key, sha256 in committed(lake).items() if sha256 != before[key]}
    assert {dataset for _, dataset, _ in changed} == {"preclassification", "kpi_model_quality"}
    kept = "select * from gold.kpi_model_quality_daily where model_type <> 'encoder_lr'"
    assert sorted(map(str, lake.query(kept))) == quality
    assert lake.query(
        "select day, judged_count from gold.kpi_model_quality_daily"
        " where model_type = 'encoder_lr' order by day"
    ) == lake.query(
        "select day, count(*) from silver.preclassification where model_type = 'encoder_lr'"
        " group by day order by day"
    )
