"""The kinds of rules, and how DuckDB measures them into frames of a few hundred cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import duckdb

from orchestration.quality.tables import one_line

_SAMPLE: Final = 5


@dataclass(frozen=True)
class RowRule:
    """No row of the table `dataset` may break it: `violation` is true for a row that does.

    `key` names the row in a sample. The table has a column `partition`.
    """

    dataset: str
    name: str
    violation: str
    key: str


@dataclass(frozen=True)
class Figure:
    """One number within limits. `query` gives it, or null where it has no base (SKIPPED).

    A second column is the size of the sample: the limit then allows for chance.
    `sample` lists what to look at when it is out of its limits: one text column.
    """

    dataset: str
    name: str
    query: str
    sample: str | None = None


@dataclass(frozen=True)
class ExpectedValues:
    """The values that are there are those expected: two queries of one text column each."""

    dataset: str
    name: str
    query: str
    expected: str


@dataclass(frozen=True)
class Shares:
    """The shares of values against those of the world's configuration.

    `query` gives (value, count); `expected` names the shares in `Comparison.shares`. The measure is
    the Kullback-Leibler divergence; chance alone may explain more of it in a small sample, and the
    limit allows for that.
    """

    dataset: str
    name: str
    query: str
    expected: str


Rule = RowRule | Figure | ExpectedValues | Shares


@dataclass(frozen=True)
class Frame:
    """A small table that expectations are evaluated on: columns by name, of one length."""

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


Measured = tuple[tuple[Frame, ...], tuple[Measure, ...]]


def measure(
    duck: duckdb.DuckDBPyConnection,
    layer: str,
    rules: Sequence[Rule],
    shares: Mapping[str, Mapping[str, float]],
) -> Measured:
    """Measure every rule of a layer.

    A query that is wrong makes an error of its check alone; a file that cannot be read raises
    duckdb.IOException, since then nothing is known of the data.

    Returns:
        The frames, and the measures in the order of the rules.
    """
    frames: list[Frame] = []
    found: dict[Rule, Measure] = {}
    figures: dict[str, list[Any]] = {}
    row_rules = [rule for rule in rules if isinstance(rule, RowRule)]
    for dataset in dict.fromkeys(rule.dataset for rule in row_rules):
        chosen = [rule for rule in row_rules if rule.dataset == dataset]
        found |= _row_rules(duck, f"{layer}.{dataset}", dataset, chosen, frames)
    for rule in rules:
        try:
            match rule:
                case Figure():
                    found[rule] = _figure(duck, layer, rule)
                    if found[rule].frame:
                        figures[f"{rule.dataset}.{rule.name}"] = [found[rule].value]
                case ExpectedValues():
                    found[rule] = _expected_values(duck, layer, rule, frames)
                case Shares():
                    found[rule] = _shares(duck, layer, rule, shares.get(rule.expected, {}), frames)
        except duckdb.IOException:
            raise
        except duckdb.Error as error:
            query = "" if isinstance(rule, RowRule) else rule.query
            found[rule] = Measure(rule, query, None, error=one_line(error))
    if figures:
        frames.append(Frame(f"{layer}.figures", figures))
    return tuple(frames), tuple(found[rule] for rule in rules)


def sample(duck: duckdb.DuckDBPyConnection, rule: Rule) -> list[str]:
    """Some keys of what breaks a rule."""
    match rule:
        case RowRule():
            query = (
                f"select {rule.key} from {rule.dataset} where {rule.violation}"
                f" order by 1 limit {_SAMPLE}"
            )
        case Figure(sample=str() as query):
            pass
        case _:
            return []
    return [str(row[0]) for row in duck.execute(query).fetchall()]


def _row_rules(
    duck: duckdb.DuckDBPyConnection,
    name: str,
    dataset: str,
    rules: Sequence[RowRule],
    frames: list[Frame],
) -> dict[Rule, Measure]:
    """One pass over a table: for each partition how many rows break each rule."""
    counts = ", ".join(
        f"count(*) filter (where coalesce({rule.violation}, false)) as {rule.name}"
        for rule in rules
    )
    query = f"select partition, count(*), {counts} from {dataset} group by all order by partition"
    try:
        rows = duck.execute(query).fetchall()
    except duckdb.IOException:
        raise
    except duckdb.Error as error:
        return {rule: Measure(rule, query, None, error=one_line(error)) for rule in rules}
    columns: dict[str, list[Any]] = {
        "partition": [str(row[0]) for row in rows],
        "rows": [int(row[1]) for row in rows],
    }
    for number, rule in enumerate(rules, 2):
        columns[rule.name] = [int(row[number]) for row in rows]
    if rows:
        frames.append(Frame(name, columns))
    return {
        rule: Measure(
            rule,
            rule.violation,
            float(sum(columns[rule.name])),
            frame=name if rows else None,
            count=float(sum(columns["rows"])),
        )
        for rule in rules
    }


def _figure(duck: duckdb.DuckDBPyConnection, layer: str, rule: Figure) -> Measure:
    row = duck.execute(rule.query).fetchone()
    if row is None or row[0] is None:
        return Measure(rule, rule.query, None)
    count = float(row[1]) if len(row) > 1 else 0.0
    return Measure(rule, rule.query, float(row[0]), frame=f"{layer}.figures", count=count)


def _expected_values(
    duck: duckdb.DuckDBPyConnection, layer: str, rule: ExpectedValues, frames: list[Frame]
) -> Measure:
    found = sorted(str(row[0]) for row in duck.execute(rule.query).fetchall())
    expected = sorted(str(row[0]) for row in duck.execute(rule.expected).fetchall())
    if not expected:
        return Measure(rule, rule.query, None)
    frame = Frame(f"{layer}.{rule.dataset}.{rule.name}", {"value": found}) if found else None
    frames += [frame] if frame else []
    return Measure(
        rule,
        rule.query,
        float(len(set(found) ^ set(expected))),
        frame=frame.name if frame else None,
        count=float(len(expected)),
        expected=tuple(expected),
    )


def _shares(
    duck: duckdb.DuckDBPyConnection,
    layer: str,
    rule: Shares,
    expected: Mapping[str, float],
    frames: list[Frame],
) -> Measure:
    counts = {str(value): int(count) for value, count in duck.execute(rule.query).fetchall()}
    total = sum(counts.values())
    observed = {value: round(100 * count / total, 4) for value, count in counts.items()}
    if not expected or not total:
        return Measure(rule, rule.query, None, count=total, observed=observed)
    name = f"{layer}.{rule.dataset}.{rule.name}"
    frames.append(Frame(name, {"value": list(counts), "repeated": list(counts.values())}))
    return Measure(
        rule,
        rule.query,
        None,
        frame=name,
        count=float(total),
        observed=observed,
        expected=tuple(expected.items()),
    )
