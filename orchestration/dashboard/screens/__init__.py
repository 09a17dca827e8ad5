"""The pages, in order. Streamlit would take a folder named `pages` for its own."""

from collections.abc import Callable
from dataclasses import dataclass

from orchestration.dashboard.frame import Frame
from orchestration.dashboard.screens import (
    backlog,
    cases,
    flow,
    models,
    offices,
    quality,
    summary,
    territory,
    timeliness,
)


@dataclass(frozen=True)
class PageEntry:
    """A page: its address, its icon, and what draws it."""

    address: str
    icon: str
    show: Callable[[Frame], None]


PAGES = (
    PageEntry("resumen", ":material/dashboard:", summary.page),
    PageEntry("oportunidad", ":material/timer:", timeliness.page),
    PageEntry("backlog", ":material/inventory_2:", backlog.page),
    PageEntry("territorio", ":material/map:", territory.page),
    PageEntry("flujo", ":material/account_tree:", flow.page),
    PageEntry("dependencias", ":material/groups:", offices.page),
    PageEntry("modelos", ":material/psychology:", models.page),
    PageEntry("calidad", ":material/verified:", quality.page),
    PageEntry("casos", ":material/list_alt:", cases.page),
)
