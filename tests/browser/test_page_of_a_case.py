"""The page of a case: a long one begins with what `pqr summary` says, a short one does not."""

import json

from tests.browser.conftest import Watched
from tests.integration.run.lake import Lake

FIGURE = ".st-key-figure-case_summary"
BY_LENGTH = (
    "select ticket_id::text from core.messages where masked_text is not null"
    " group by 1 order by sum(length(masked_text)) {}, 1 limit 1"
)


def test_a_long_case_begins_with_its_summary(site: str, world: Lake, watched: Watched) -> None:
    ((ticket,),) = world.query(BY_LENGTH.format("desc"))
    done = world.pqr("summary", str(ticket), "--json")
    assert done.returncode == 0, done.stderr
    said = [json.loads(line)["text"] for line in done.stdout.splitlines()]
    watched.open(f"{site}/casos?caso={ticket}&lang=en", FIGURE)
    cells = watched.page.locator(f"{FIGURE} td.long").all_inner_texts()
    assert [" ".join(cell.split()) for cell in cells] == said
    headings = watched.page.locator("h3").all_inner_texts()
    assert headings.index("Summary") < headings.index("History of the case")
    watched.is_fine()


def test_a_short_case_has_its_history_alone(site: str, world: Lake, watched: Watched) -> None:
    ((ticket,),) = world.query(BY_LENGTH.format("asc"))
    watched.open(f"{site}/casos?caso={ticket}&lang=en", ".st-key-figure-history")
    assert watched.page.locator(FIGURE).count() == 0
    watched.is_fine()


def test_an_extension_is_part_of_the_history(site: str, world: Lake, watched: Watched) -> None:
    ((ticket, days, has_effect),) = world.query(
        "select ticket_id::text, business_days, is_valid from silver.term_extensions"
        " order by is_valid, ts, event_id limit 1"
    )
    watched.open(f"{site}/casos?caso={ticket}&lang=en", ".st-key-figure-history")
    said = f"Extension · business days: {days}" + ("" if has_effect else " (without effect)")
    watched.page.get_by_text(said, exact=True).first.wait_for()
    watched.is_fine()
    ((known, shown),) = world.query(
        "select (select count(*) from silver.term_extensions),"
        " (select count(*) from core.ticket_events where event_type = 'TERM_EXTENDED')"
    )
    assert known == shown
