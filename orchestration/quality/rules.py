"""What a check asks of a layer: offending rows, a figure, a set of members, shares of a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Offence:
    """No row may offend: `where` is true for a row that does, `key` names it in a sample."""

    dataset: str
    name: str
    where: str
    key: str


@dataclass(frozen=True)
class Figure:
    """One number within limits. `query` gives it, or null where it has no base (SKIPPED).

    `sample` lists what to look at when it is out of its limits: one text column.
    """

    dataset: str
    name: str
    query: str
    sample: str | None = None


@dataclass(frozen=True)
class Members:
    """What is there is what has to be there: two queries of one text column each."""

    dataset: str
    name: str
    query: str
    expected: str


@dataclass(frozen=True)
class Shares:
    """The shares of a whole against those of the configuration.

    `query` gives (value, count); `expected` is the path of the shares in the world's
    configuration. The measure is the Kullback-Leibler divergence; chance alone may explain more of
    it in a small sample, and the limit allows for that.
    """

    dataset: str
    name: str
    query: str
    expected: tuple[str, ...]


Rule = Offence | Figure | Members | Shares


@dataclass(frozen=True)
class Suite:
    """The checks of a layer.

    `relations` are the queries over which the offences of a dataset are counted; `partitions` say
    which column (a SQL expression of text) tells where in the dataset a row lies.
    """

    layer: str
    rules: tuple[Rule, ...]
    relations: Mapping[str, str] = field(default_factory=dict)
    partitions: Mapping[str, str] = field(default_factory=dict)

    def offences(self, dataset: str) -> tuple[Offence, ...]:
        """The row rules of a dataset."""
        return tuple(
            rule for rule in self.rules if isinstance(rule, Offence) and rule.dataset == dataset
        )


def no_row(dataset: str, key: str, offences: Mapping[str, str]) -> tuple[Offence, ...]:
    """Row rules of one dataset, by name."""
    return tuple(Offence(dataset, name, where, key) for name, where in offences.items())


def zero(dataset: str, figures: Mapping[str, str]) -> tuple[Figure, ...]:
    """Figures of one dataset, by name."""
    return tuple(Figure(dataset, name, query) for name, query in figures.items())
