"""Every word of the pages, Spanish and English side by side."""

from collections.abc import Mapping

from orchestration.dashboard.filters import LANGUAGES, Language
from orchestration.dashboard.texts import (
    backlog,
    cases,
    common,
    flow,
    models,
    names,
    offices,
    quality,
    summary,
    territory,
    timeliness,
)

ROOMS = (
    common, names, summary, timeliness, backlog, territory, flow, models, offices, quality, cases,
)  # fmt: skip
TEXTS: Mapping[str, tuple[str, str]] = {
    name: words for room in ROOMS for name, words in room.TEXTS.items()
}


def text(language: Language, name: str, **values: object) -> str:
    """The words of that name with the values filled in. A name from the data stands for itself."""
    if name not in TEXTS:
        return name
    return TEXTS[name][LANGUAGES.index(language)].format(**values)
