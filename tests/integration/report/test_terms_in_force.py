"""The terms that the dashboard shows: of the policy that is applied, each with its own cases."""

from datetime import date

import psycopg
from psycopg import ClientCursor
from psycopg.rows import dict_row

from orchestration.dashboard.filters import TYPES, Filters
from orchestration.dashboard.queries import timeliness
from tests.integration.report.conftest import ROOT, Worlds


def test_a_subtype_with_a_term_of_its_own_has_the_cases_of_that_term(worlds: Worlds) -> None:
    world = worlds()
    with psycopg.connect(world.settings.postgres.admin_dsn) as connection:
        connection.execute(
            "create table silver.dim_sla_policy (policy_id text, valid_from date, valid_to date,"
            " pqrs_type text, subtype text, business_days integer, stops_at text,"
            " cutoff_hour integer, legal_basis text)"
        )
        # An absent subtype is the empty text, as in every key that is served.
        copy = (
            "copy silver.dim_sla_policy from stdin (format csv, header, force_not_null (subtype))"
        )
        with connection.cursor().copy(copy) as target:
            target.write((ROOT / "seeds" / "dim_sla_policy.csv").read_bytes())
        connection.execute("update silver.tickets set sla_policy_id = 'ley_1755'")
    values = {"first": date(2025, 10, 1), "last": date(2025, 12, 31), "types": list(TYPES)}
    with (
        psycopg.connect(world.settings.postgres.admin_dsn) as connection,
        ClientCursor(connection, row_factory=dict_row) as cursor,
    ):
        rows = cursor.execute(timeliness.queries(Filters())["policies"], values).fetchall()
    shown = [(row["pqrs_type"], row["subtype"], row["business_days"]) for row in rows]
    assert shown == [
        ("P", None, 15), ("P", "consulta", 30), ("P", "informacion", 10),
        ("Q", None, 15), ("R", None, 15), ("S", None, 15),
    ]  # fmt: skip
    ((general, informacion, everything),) = world.query(
        "select count(*) filter (where pqrs_type = 'P' and subtype = 'general'),"
        " count(*) filter (where subtype = 'informacion'), count(*)"
        " from silver.tickets where created_day >= '2025-10-01'"
    )
    cases = [row["cases"] for row in rows]
    assert cases[:3] == [general, 0, informacion]
    assert sum(cases) == everything
