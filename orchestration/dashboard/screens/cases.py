"""Casos: the list behind the figures, and one case."""

import re
from html import escape
from typing import Any

import streamlit as st

from orchestration.dashboard import formats, notices
from orchestration.dashboard.figure import Figure, show
from orchestration.dashboard.frame import Frame
from orchestration.dashboard.queries import cases as queries
from orchestration.dashboard.reading import Answer
from orchestration.dashboard.tables import Column
from orchestration.enrichment.summary import Message, is_long, summary_of

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NO_CASE = "00000000-0000-0000-0000-000000000000"


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
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            frame.text("list"),
            queries.LISTS,
            index=queries.LISTS.index(usual),
            format_func=frame.text,
            width=280,
        )
        number = st.text_input(frame.text("find"), placeholder="PQR-…", width=280).strip()
        number_of_page = st.number_input(frame.text("page_number"), 1, 10_000, 1, width=130)
    st.query_params["lista"] = name
    offset = (int(number_of_page) - 1) * queries.PAGE_ROWS
    answer = frame.ask(queries.listed(name), list=name, number=number or None, offset=offset)[
        "cases"
    ]
    if not answer.rows:
        notices.nothing_left(frame.language)
        return
    rows = [{**row, "place": _place(row)} for row in answer.rows]
    values = {
        "total": formats.number(answer.rows[0]["total"], frame.language),
        "from_row": formats.number(offset + 1, frame.language),
        "to_row": formats.number(offset + len(answer.rows), frame.language),
    }
    show(frame, Figure("list", rows, _columns(frame, name), answer.sql, values=values))


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
    if name in ("creados", "tarde"):
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
    # The history is asked for by the key, which must be one.
    case_id = case if _UUID.fullmatch(case) else NO_CASE
    answers = frame.ask(queries.CASE, case=case, case_id=case_id)
    if not answers["case"].rows:
        shown = "".join(letter for letter in case[:40] if letter.isalnum() or letter == "-")
        st.warning(frame.text("no_case", case=shown), icon=":material/search_off:")
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
        return formats.short_moment(row[key], language) if row[key] else formats.NOTHING

    where = " · ".join(
        filter(None, [row["municipio"], row["department"], frame.text(row["channel"])])
    )
    kind = f"{frame.text(row['pqrs_type'])} · {frame.text(row['priority'])}"
    st.caption(f"{kind} · {where}")
    elapsed = formats.figure(row["elapsed_days"], "days", language)
    term = formats.figure(row["sla_days"], "days", language)
    facts = (
        ("status", frame.text(row["status"])),
        ("created_at", instant("created_at")),
        ("elapsed", f"{elapsed} / {term}"),
        ("due", instant("sla_due_at")),
        ("closed_at", instant("closed_at")),
    )
    for place, (name, value) in zip(st.columns(len(facts)), facts, strict=True):
        with place.container(border=True):
            st.caption(frame.text(name))
            st.markdown(f"**{value}**")


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
    elif event["text_len"] is not None:
        count = formats.number(event["text_len"], frame.language)
        name += f" · {frame.text('characters', count=count)}"
    return {"event": name}
