"""Casos: the list behind the figures, and one case."""

import re
from html import escape
from typing import Any

import streamlit as st

from orchestration.dashboard import formats, notices
from orchestration.dashboard.figure import Figure, show
from orchestration.dashboard.formats import NOTHING
from orchestration.dashboard.frame import Frame
from orchestration.dashboard.queries import cases as queries
from orchestration.dashboard.reading import Answer
from orchestration.dashboard.tables import Column
from orchestration.enrichment.summary import Message, is_long, summary_of

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DIGITS = re.compile("[0-9]+")
NO_CASE = "00000000-0000-0000-0000-000000000000"
LAST_PAGE = 100_000  # more than 5 million cases


def page(frame: Frame) -> None:
    """The case that the address names, or a list."""
    case = st.query_params.get("caso")
    if case:
        _case(frame, case)
    else:
        _list(frame)


def _list(frame: Frame) -> None:
    asked = st.query_params.get("lista", "")
    usual = asked if asked in queries.LISTS else "abiertos"
    if asked and asked != usual:
        notices.ignored((f"lista={asked}",), frame.language)
    page = _asked_page()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            frame.text("list"),
            queries.LISTS,
            index=queries.LISTS.index(usual),
            format_func=frame.text,
            width=280,
        )
        wanted = st.text_input(frame.text("find"), placeholder="PQR-…", width=280).strip()
        page = int(st.number_input(frame.text("page_number"), 1, LAST_PAGE, page, width=130))
    st.query_params["lista"] = name
    found = _found(frame, wanted) if wanted else None
    if wanted and not found:
        words = frame.text("no_number", number=_harmless(wanted))
        st.warning(words, icon=":material/search_off:")
        return
    page = 1 if found else page
    _keep_page(page)
    answer = _rows(frame, name, found, page)
    if not answer.rows and page > 1:
        first = _rows(frame, name, found, 1).rows
        _keep_page(-(-first[0]["total"] // queries.PAGE_ROWS) if first else 1)
        # The box that says the page is above: draw it again.
        st.rerun()
    if not answer.rows and found:
        _elsewhere(frame, found)
        return
    if not answer.rows:
        notices.nothing_left(frame.language)
        return
    offset = (page - 1) * queries.PAGE_ROWS
    rows = [{**row, "place": _place(row)} for row in answer.rows]
    values = {
        "total": frame.cases(answer.rows[0]["total"]),
        "from_row": formats.number(offset + 1, frame.language),
        "to_row": formats.number(offset + len(answer.rows), frame.language),
        "note": frame.text("late_cases_note") if name == "tarde" else "",
    }
    show(frame, Figure("list", rows, _columns(frame, name), answer.sql, values=values))


def _asked_page() -> int:
    asked = st.query_params.get("pagina", "1")
    # More digits than that are beyond the last page too.
    return min(max(int(asked[:9]), 1), LAST_PAGE) if _DIGITS.fullmatch(asked) else 1


def _keep_page(page: int) -> None:
    """The first page leaves nothing in the address."""
    if page > 1:
        st.query_params["pagina"] = str(page)
    else:
        st.query_params.pop("pagina", None)


def _rows(frame: Frame, name: str, found: dict[str, Any] | None, page: int) -> Answer:
    number = found["external_id"] if found else None
    offset = (page - 1) * queries.PAGE_ROWS
    return frame.ask(queries.listed(name), list=name, number=number, offset=offset)["cases"]


def _found(frame: Frame, number: str) -> dict[str, Any] | None:
    """The case of that number, whatever the list and the filters."""
    # PostgreSQL has no text with a null character.
    rows = frame.ask(queries.FOUND, number=number.replace("\0", ""))["found"].rows
    return rows[0] if rows else None


def _elsewhere(frame: Frame, found: dict[str, Any]) -> None:
    address, number = frame.link("casos", caso=found["ticket_id"]), found["external_id"]
    st.html(
        f'<p><a class="pqr-link" href="{escape(address)}">{escape(number)}</a> '
        f"{escape(frame.text('found_elsewhere'))}</p>"
    )


def _harmless(written: str) -> str:
    """What a reader wrote, without what Markdown would take for markup."""
    return "".join(letter for letter in written[:40] if letter.isalnum() or letter == "-")


def _columns(frame: Frame, name: str) -> tuple[Column, ...]:
    number = Column(
        "external_id", "key", link=lambda row: frame.link("casos", caso=row["ticket_id"])
    )
    common = (
        number,
        Column("pqrs_type", "name"),
        Column("priority", "name"),
        Column("channel", "name"),
        Column("status", "name"),
        Column("place", "text", "municipio"),
        Column("created_at", "moment"),
    )
    if name == "creados":
        return (*common, Column("closed_at", "moment"), Column("late_state", "name"))
    if name == "tarde":
        return (*common, Column("closed_at", "moment"), Column("is_late", "yes"))
    return (
        *common,
        Column("age_days", "days"),
        Column("overdue_days", "days"),
        Column("remaining_days", "days"),
        Column("late_risk", "pct"),
    )


def _place(row: dict[str, Any]) -> str:
    # Bogotá is both.
    return ", ".join(dict.fromkeys(filter(None, [row["municipio"], row["department"]])))


def _case(frame: Frame, case: str) -> None:
    frame.anchor("back", "casos")
    case = case.strip()
    # The case is asked for by the key, which must be one.
    case_id = case.lower() if _UUID.fullmatch(case.lower()) else NO_CASE
    if case_id == NO_CASE and (found := _found(frame, case)):
        case_id = found["ticket_id"]
    answers = frame.ask(queries.CASE, case_id=case_id)
    if not answers["case"].rows:
        st.warning(frame.text("no_case", case=_harmless(case)), icon=":material/search_off:")
        return
    row = answers["case"].rows[0]
    # A number that a delivery gave is a text, and never markup.
    title = frame.text("case_title", number=row["external_id"] or case)
    st.html(f"<h3>{escape(title)}</h3>")
    _facts(frame, row)
    _summary(frame, answers["messages"])
    history = [{**event, **_words(frame, event)} for event in answers["history"].rows]
    columns = (
        Column("ts", "moment"),
        Column("event", "text"),
        Column("actor", "name"),
        Column("state_days", "days"),
    )
    show(frame, Figure("history", history, columns, answers["history"].sql))


def _facts(frame: Frame, row: dict[str, Any]) -> None:
    """What the case is, and how it stands against its term."""
    language = frame.language

    def instant(key: str) -> str:
        return formats.short_moment(row[key], language) if row[key] else NOTHING

    where = " · ".join(
        filter(None, [row["municipio"], row["department"], frame.text(row["channel"])])
    )
    kind = f"{frame.text(row['pqrs_type'])} · {frame.text(row['priority'])}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{kind} · {where}", width="content")
        if row["is_overdue"]:
            st.badge(frame.text("is_overdue"), icon=":material/alarm:", color="red")
    elapsed = formats.figure(row["elapsed_days"], "days", language)
    term = formats.figure(row["sla_days"], "days", language)
    facts = (
        ("status", frame.text(row["status"])),
        ("created_at", instant("created_at")),
        ("elapsed", f"{elapsed} / {term}"),
        ("due", formats.due(row["sla_due_at"], language) if row["sla_due_at"] else NOTHING),
        ("closed_at", instant("closed_at")),
    )
    for place, (name, value) in zip(st.columns(len(facts)), facts, strict=True):
        with place.container(border=True):
            st.caption(frame.text(name))
            st.markdown(f"**{value}**")
    if row["as_of_day"]:
        day = formats.long_day(row["as_of_day"], language)
        st.caption(frame.text("elapsed_note", day=day))


def _summary(frame: Frame, answer: Answer) -> None:
    """The sentences that say most, of a case that takes a while to read."""
    messages = [Message(row["message_id"], row["masked_text"]) for row in answer.rows]
    if not is_long(messages):
        return
    sent_at = {row["message_id"]: row["ts"] for row in answer.rows}
    rows = [{**one._asdict(), "ts": sent_at[one.message_id]} for one in summary_of(messages)]
    characters = sum(len(one.text) for one in messages)
    values = {"characters": formats.number(characters, frame.language)}
    columns = (Column("ts", "moment"), Column("text", "long", "sentence"))
    show(frame, Figure("case_summary", rows, columns, answer.sql, values=values))


def _words(frame: Frame, event: dict[str, Any]) -> dict[str, str]:
    """What happened, in one line."""
    name = frame.text(event["event_type"])
    if event["event_type"] == "STATUS_CHANGED":
        name = f"{frame.text(event['status_from'])} → {frame.text(event['status_to'])}"
        if event["is_valid"] is False:
            name += f" ({frame.text('refused')})"
    elif event["event_type"] == "TERM_EXTENDED":
        count = formats.number(event["business_days"], frame.language)
        name += f" · {frame.text('extension_days', count=count)}"
        if not event["is_valid"]:
            name += f" ({frame.text('no_effect')})"
    elif event["text_len"] is not None:
        count = formats.number(event["text_len"], frame.language)
        name += f" · {frame.text('characters', count=count)}"
    return {"event": name}
