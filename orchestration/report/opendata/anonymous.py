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
    "codigo_municipio", "municipio",
)  # fmt: skip
_MUNICIPALITY: Final = ("codigo_municipio", "municipio")
_DEPARTMENT: Final = ("codigo_departamento", "departamento", *_MUNICIPALITY)
_REGION: Final = ("region", *_DEPARTMENT)
# The columns that each step takes away; the first takes none.
STEPS: Final[tuple[tuple[str, ...], ...]] = (
    (),
    _MUNICIPALITY,
    _DEPARTMENT,
    ("subtipo", *_DEPARTMENT),
    ("subtipo", "canal", *_DEPARTMENT),
    ("subtipo", "canal", *_REGION),
)
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
    published.sort(key=lambda row: tuple("" if v is None else str(v) for v in row.values()))
    return Anonymised(tuple(published), len(left))


def _without(case: Mapping[str, Any], taken: tuple[str, ...]) -> Mapping[str, Any]:
    if not taken:
        return case
    row = {**case, **dict.fromkeys(taken, GENERALISED)}
    return {**row, **dict.fromkeys(_OF_MUNICIPALITY)} if _MUNICIPALITY[0] in taken else row


def _group(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in QUASI_IDENTIFIERS)
