"""Where Supabase's roles exist: anon nothing, authenticated aggregates, service_role all views."""

import psycopg
import pytest

from tests.integration.publication.conftest import Served

# dbt in this process leaves its log file to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

READABLE = """
    select nspname, count(*) filter (
        where has_schema_privilege(%(role)s, nspname, 'usage')
            and has_any_column_privilege(%(role)s, pg_class.oid, 'select')
    ), count(*)
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname in ('meta', 'landing', 'serving', 'silver', 'gold', 'core')
        and relkind in ('r', 'v')
    group by 1
"""


@pytest.mark.parametrize(
    ("role", "all_of", "none_of"),
    [
        ("anon", (), ("meta", "landing", "serving", "silver", "gold", "core")),
        ("authenticated", ("gold",), ("landing", "serving", "silver", "core")),
        ("service_role", ("gold", "silver", "core"), ("landing", "serving")),
    ],
)
def test_a_role_reads_what_it_was_granted(
    served: Served, role: str, all_of: tuple[str, ...], none_of: tuple[str, ...]
) -> None:
    with psycopg.connect(served.settings.postgres.admin_dsn) as connection:
        found = {
            schema: (readable, relations)
            for schema, readable, relations in connection.execute(READABLE, {"role": role})
        }
    for schema in all_of:
        assert found[schema][0] == found[schema][1] > 0
    for schema in none_of:
        assert found[schema][0] == 0
