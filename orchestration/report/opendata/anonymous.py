"""k-anonymity by generalising what could single a case out, and leaving out what stays rare.

Cases are grouped by the columns that a neighbour might know. A group of at least `K` cases keeps
them; the cases of smaller groups lose a column or a step of geography and are grouped again. So
each combination of published values stands on at least `K` rows.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

K: Final = 5
GENERALISED: Final = "*"

# What a neighbour might know of a case, from the finest step of geography to none.
QUASI_IDENTIFIERS: Final = (
    "mes_recepcion", "canal", "tipo", "subtipo", "region", "codigo_departamento", "departamento",
    "codigo_municipio", "municipio", "dependencia",
)  # fmt: skip
_OFFICE: Final = ("dependencia",)
_MUNICIPALITY: Final = ("codigo_municipio", "municipio")
_DEPARTMENT: Final = ("codigo_departamento", "departamento", *_MUNICIPALITY)
_REGION: Final = ("region", *_DEPARTMENT)
# The columns that each step takes away; the first takes none.
STEPS: Final[tuple[tuple[str, ...], ...]] = (
    (),
    _OFFICE,
    (*_OFFICE, *_MUNICIPALITY),
    (*_OFFICE, *_DEPARTMENT),
    (*_OFFICE, "subtipo", *_DEPARTMENT),
    (*_OFFICE, "subtipo", "canal", *_DEPARTMENT),
    (*_OFFICE, "subtipo", "canal", *_REGION),
)
# How a case ended is a fact, but a rare end says which case it is: it is published where as many
# cases of the month and type ended so.
_OUTCOME: Final = "desenlace"
_OF_OUTCOME: Final = ("mes_recepcion", "tipo", _OUTCOME)
# Facts about the case itself and about its place, which go with the municipality.
_OF_MUNICIPALITY: Final = ("latitud", "longitud")


@dataclass(frozen=True)
class Anonymised:
    """The rows that may be published, in an order that tells nothing, and how many may not be."""

    rows: tuple[Mapping[str, Any], ...]
    suppressed: int


def anonymise(cases: Sequence[Mapping[str, Any]], k: int = K) -> Anonymised:
    """Generalise cases until each published combination has at least `k`; leave out the rest.

    Args:
        cases: One mapping per case, with all of `QUASI_IDENTIFIERS`.
        k: The smallest group that is published.
    """
    left, published = list(cases), []
    for taken in STEPS:
        generalised = [_without(case, taken) for case in left]
        sizes = Counter(map(_group, generalised))
        published += [row for row in generalised if sizes[_group(row)] >= k]
        left = [case for case, row in zip(left, generalised, strict=True) if sizes[_group(row)] < k]
    published = _without_rare_outcomes(published, k)
    published.sort(key=lambda row: tuple("" if v is None else str(v) for v in row.values()))
    return Anonymised(tuple(published), len(left))


def _without(case: Mapping[str, Any], taken: tuple[str, ...]) -> Mapping[str, Any]:
    if not taken:
        return case
    row = {**case, **dict.fromkeys(taken, GENERALISED)}
    return {**row, **dict.fromkeys(_OF_MUNICIPALITY)} if _MUNICIPALITY[0] in taken else row


def _without_rare_outcomes(rows: Sequence[Mapping[str, Any]], k: int) -> list[Mapping[str, Any]]:
    """Generalise the outcomes of fewer than `k` rows; where those are few, the next rarest too.

    A single hidden outcome of a month and type would be known from the others.
    """
    sizes = Counter(tuple(row[name] for name in _OF_OUTCOME) for row in rows)
    hidden: set[tuple[Any, ...]] = set()
    for group in {key[:2] for key in sizes}:
        by_size = sorted(
            (size, str(key[2]), key) for key, size in sizes.items() if key[:2] == group
        )
        covered = 0
        for size, _, key in by_size:
            if size >= k and (not covered or covered >= k):
                break
            hidden.add(key)
            covered += size
    return [
        {**row, _OUTCOME: GENERALISED} if tuple(row[n] for n in _OF_OUTCOME) in hidden else row
        for row in rows
    ]


def _group(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in QUASI_IDENTIFIERS)
