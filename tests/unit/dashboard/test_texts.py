"""Nothing is said in one language only."""

import re
from pathlib import Path
from string import Formatter

from orchestration.dashboard import screens
from orchestration.dashboard.definitions import views_of
from orchestration.dashboard.filters import CHANNELS, PRIORITIES, TYPES, Filters
from orchestration.dashboard.queries import timeliness
from orchestration.dashboard.queries.cases import LISTS
from orchestration.dashboard.queries.flow import LEAST_CASES
from orchestration.dashboard.queries.quality import RESULTS
from orchestration.dashboard.screens import PAGES
from orchestration.dashboard.texts import ROOMS, TEXTS, text

SCREENS = Path(screens.__file__).parent


def figures() -> set[str]:
    """The names of all figures, as the pages write them."""
    written = r'\b(?:Figure\(|how\(frame,|_shown\(frame,)\s*"(\w+)"'
    return {
        name
        for path in SCREENS.glob("*.py")
        for name in re.findall(written, path.read_text(encoding="utf-8"))
    }


def holes(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


def test_both_languages_fill_in_the_same_values() -> None:
    for name, (spanish, english) in TEXTS.items():
        assert holes(spanish) == holes(english), name


def test_no_name_stands_in_two_files() -> None:
    assert sum(len(room.TEXTS) for room in ROOMS) == len(TEXTS)


def test_whatever_can_be_chosen_has_a_name() -> None:
    assert {*TYPES, *CHANNELS, *PRIORITIES, *LISTS, *RESULTS} <= TEXTS.keys()


def test_every_page_and_every_figure_says_what_it_is() -> None:
    for page in PAGES:
        assert {f"{page.address}_page", f"{page.address}_subtitle"} <= TEXTS.keys()
    for name in figures():
        assert {f"{name}_title", f"{name}_how"} <= TEXTS.keys()


def test_the_views_of_a_figure_are_those_that_its_query_reads() -> None:
    everything = timeliness.queries(Filters())["by_type"]
    narrowed = timeliness.queries(Filters(channels=("email",)))["by_type"]
    assert views_of(everything) == ("gold.kpi_sla_daily",)
    assert views_of(narrowed) == (
        "silver.status_events", "silver.tickets", "silver.v_tickets_open", "meta.live_publication",
    )  # fmt: skip


def test_spanish_is_not_english() -> None:
    for name, (spanish, _) in TEXTS.items():
        assert not re.search(r"\b(the|of|open|cases)\b", spanish), name


def test_what_has_no_text_stands_for_itself() -> None:
    assert text("es", "Ciudad {Bolívar}") == "Ciudad {Bolívar}"
    assert str(LEAST_CASES) in text("en", "late_how")
