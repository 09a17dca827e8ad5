"""Takes the measures of a suite: DuckDB or Postgres counts, into frames of a few hundred cells."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestration.quality.rules import Figure, Members, Offence, Rule, Shares, Suite

# Runs a query and gives its rows; over DuckDB or Postgres.
Ask = Callable[[str], Sequence[Sequence[Any]]]
_SAMPLE = 5


@dataclass(frozen=True)
class Frame:
    """A small table that expectations are held against: columns by name, of one length."""

    name: str
    columns: Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Measure:
    """What a rule measured. `value` is null where the rule has no base."""

    rule: Rule
    query: str
    value: float | None
    frame: str | None = None
    count: float = 0.0
    error: str | None = None
    observed: Mapping[str, float] = field(default_factory=dict)
    expected: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Measured:
    """The measures of a suite and the frames they stand in."""

    frames: tuple[Frame, ...]
    measures: tuple[Measure, ...]


def measure(ask: Ask, suite: Suite, shares: Mapping[str, Mapping[str, float]]) -> Measured:
    """Take every measure of a suite; a query that fails makes an error of its check alone."""
    frames: list[Frame] = []
    measures: list[Measure] = []
    for dataset, relation in suite.relations.items():
        offences = suite.offences(dataset)
        if offences:
            frame, counted = _count(ask, suite, dataset, relation, offences)
            frames += [frame] if frame else []
            measures += counted
    figures: dict[str, list[Any]] = {}
    for rule in suite.rules:
        if isinstance(rule, Figure):
            found = _figure(ask, suite.layer, rule)
            if found.frame:
                figures[f"{rule.dataset}.{rule.name}"] = [found.value]
            measures.append(found)
        elif isinstance(rule, Members):
            frame, found = _members(ask, suite.layer, rule)
            frames += [frame] if frame else []
            measures.append(found)
        elif isinstance(rule, Shares):
            frame, found = _share(ask, suite.layer, rule, shares.get(".".join(rule.expected), {}))
            frames += [frame] if frame else []
            measures.append(found)
    if figures:
        frames.append(Frame(f"{suite.layer}.figures", figures))
    return Measured(tuple(frames), tuple(measures))


def sample(ask: Ask, suite: Suite, rule: Rule) -> list[str]:
    """Some keys of what offends, for a check that failed."""
    if isinstance(rule, Offence):
        query = (
            f"select {rule.key} from ({suite.relations[rule.dataset]}) as rows_of"
            f" where {rule.where} order by 1 limit {_SAMPLE}"
        )
    elif isinstance(rule, Figure) and rule.sample:
        query = rule.sample
    else:
        return []
    try:
        return [str(row[0]) for row in ask(query)]
    except Exception as error:
        return [f"no sample: {_line(error)}"]


def _count(
    ask: Ask, suite: Suite, dataset: str, relation: str, offences: Sequence[Offence]
) -> tuple[Frame | None, list[Measure]]:
    """One pass over a dataset: for each partition how many rows offend, rule by rule."""
    flags = ", ".join(f"coalesce({rule.where}, false)::integer as {rule.name}" for rule in offences)
    sums = ", ".join(f"sum({rule.name})::bigint as {rule.name}" for rule in offences)
    query = (
        f"select partition, count(*), {sums} from (select {suite.partitions[dataset]} as partition,"
        f" {flags} from ({relation}) as rows_of) as flagged group by partition order by partition"
    )
    name = f"{suite.layer}.{dataset}"
    try:
        rows = ask(query)
    except Exception as error:
        return None, [Measure(rule, query, None, error=_line(error)) for rule in offences]
    columns: dict[str, list[Any]] = {
        "partition": [str(row[0]) for row in rows],
        "rows": [int(row[1]) for row in rows],
    }
    measures = []
    for number, rule in enumerate(offences, 2):
        columns[rule.name] = [int(row[number]) for row in rows]
        measures.append(
            Measure(
                rule,
                rule.where,
                float(sum(columns[rule.name])),
                frame=name if rows else None,
                count=float(sum(columns["rows"])),
            )
        )
    return (Frame(name, columns) if rows else None), measures


def _figure(ask: Ask, layer: str, rule: Figure) -> Measure:
    try:
        rows = ask(rule.query)
    except Exception as error:
        return Measure(rule, rule.query, None, error=_line(error))
    value = rows[0][0] if rows else None
    if value is None:
        return Measure(rule, rule.query, None)
    return Measure(rule, rule.query, float(value), frame=f"{layer}.figures")


def _members(ask: Ask, layer: str, rule: Members) -> tuple[Frame | None, Measure]:
    try:
        found = sorted(str(row[0]) for row in ask(rule.query))
        expected = sorted(str(row[0]) for row in ask(rule.expected))
    except Exception as error:
        return None, Measure(rule, rule.query, None, error=_line(error))
    if not expected:
        return None, Measure(rule, rule.query, None)
    wrong = set(found) ^ set(expected)
    name = f"{layer}.{rule.dataset}.{rule.name}"
    frame = Frame(name, {"member": found}) if found else None
    made = Measure(
        rule,
        rule.query,
        float(len(wrong)),
        frame=name if frame else None,
        count=float(len(expected)),
        expected=tuple(expected),
    )
    return frame, made


def _share(
    ask: Ask, layer: str, rule: Shares, expected: Mapping[str, float]
) -> tuple[Frame | None, Measure]:
    try:
        counts = {str(value): int(count) for value, count in ask(rule.query)}
    except Exception as error:
        return None, Measure(rule, rule.query, None, error=_line(error))
    total = sum(counts.values())
    observed = {value: round(100 * count / total, 4) for value, count in counts.items()}
    if not expected or not total:
        return None, Measure(rule, rule.query, None, count=total, observed=observed)
    name = f"{layer}.{rule.dataset}.{rule.name}"
    frame = Frame(name, {"value": list(counts), "repeated": list(counts.values())})
    made = Measure(
        rule,
        rule.query,
        None,
        frame=name,
        count=float(total),
        observed=observed,
        expected=tuple(expected.items()),
    )
    return frame, made


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:400]
