"""A served column gets a type that its old values do not fit, by the way that the refusal names."""

import re
import shutil

import pytest

from orchestration.services.bucket import client
from tests.integration.run.lake import ROOT, LakeFactory, small_world
from tests.integration.run.project import Project

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

GOLD = "dbt_project/models/gold/gold_kpi_ageing"
LAST = "'age_band_order']) }} as open_count\n"
DECLARED = "description: \"{{ doc('open_count') }}\", constraints: *required}\n"
TYPE = (
    "select format_type(atttypid, atttypmod) from pg_attribute"
    " where attrelid = 'gold.kpi_ageing_daily'::regclass and attname = 'third'"
)
WAY_OUT = (
    "take it out, `pqr run`, `pqr gc --publications --delete`, then declare it with the new type"
)


@pytest.fixture
def project(new_lake: LakeFactory, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project.copied(tmp_path_factory.mktemp("project"), new_lake())


def declare(project: Project, kind: str | None) -> None:
    """Let kpi_ageing have the column `third` of this type; None: not have it."""
    for suffix in ("sql", "yml"):
        shutil.copy2(ROOT / f"{GOLD}.{suffix}", project.root / f"{GOLD}.{suffix}")
    if kind is None:
        return
    query = f"{LAST[:-1]},\n        cast(bands.age_band_order / 3.0 as {kind}) as third\n"
    project.edit(project.root / f"{GOLD}.sql", LAST, query)
    column = f'      - {{name: third, data_type: "{kind}", description: A third of the band.}}\n'
    project.edit(project.root / f"{GOLD}.yml", DECLARED, DECLARED + column)


def require_superseded_compared(project: Project) -> None:
    """`pqr verify` reads what a kept publication shows, though another build took its place."""
    ((key,),) = project.lake.query(
        "select object_key from meta.batches where object_key like 'gold/kpi_ageing%'"
        " and object_key not in (select key from meta.committed_objects)"
    )
    s3, bucket = client(project.lake.settings.s3), project.lake.settings.s3.bucket
    body: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    s3.put_object(Bucket=bucket, Key=key, Body=body[:-1] + bytes([body[-1] ^ 1]))
    told = project.run("pqr", "verify")
    assert told.returncode == 1
    assert f"SHA_MISMATCH {key}" in told.stdout
    s3.put_object(Bucket=bucket, Key=key, Body=body)


def test_the_column_is_made_again_from_the_lake(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    config = str(small_world(tmp_path_factory.mktemp("small")))
    run = ("pqr", "run", "--days", "1", "--config", config, "--no-prefect-server")
    declare(project, "decimal(12,6)")
    project.succeed(*run)
    assert project.lake.query(TYPE) == [("numeric(12,6)",)]

    declare(project, "decimal(5,2)")
    refused = project.run(*run)
    assert refused.returncode == 1
    assert "would lose something. Earlier publications show them" in refused.stderr
    assert WAY_OUT in refused.stderr
    assert project.lake.query(TYPE) == [("numeric(12,6)",)]
    assert "0 publications would be removed" in project.succeed("pqr", "gc", "--publications")

    declare(project, None)
    project.succeed(*run)
    assert project.lake.query(TYPE) == []
    require_superseded_compared(project)
    listed = project.succeed("pqr", "gc", "--publications")
    assert re.search(r"^1 publication would be removed\nnothing was removed", listed, re.M)
    live = project.lake.query("select publication_id from meta.current_publication")
    assert "1 publication removed" in project.succeed("pqr", "gc", "--publications", "--delete")
    assert project.lake.query("select publication_id from meta.publications") == live

    declare(project, "decimal(5,2)")
    project.succeed(*run)
    assert project.lake.query(TYPE) == [("numeric(5,2)",)]
    shown = project.lake.query("select distinct third::text from gold.kpi_ageing_daily order by 1")
    assert shown == [("0.33",), ("0.67",), ("1.00",), ("1.33",), ("1.67",)]
    assert "all as committed" in project.succeed("pqr", "verify")


def test_it_goes_alone(project: Project) -> None:
    done = project.run("pqr", "gc", "--publications", "--superseded")
    assert done.returncode == 2
    assert "--publications goes alone" in done.stderr
