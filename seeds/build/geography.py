"""Build seeds/dim_geo.csv from the committed facts on Colombia's municipalities.

Facts (municipalities.tsv): codes, names and the population projection of 2024 are DANE's
("Fuente: DANE"); coordinates are GeoNames' (CC BY 4.0) for 1,094 rows and a point inside the
municipality for 27. Nuevo Belén de Bajirá (Chocó) is not in it: its people count in Riosucio.
"""

import csv
from pathlib import Path

FACTS = Path(__file__).with_name("municipalities.tsv")

# The six natural regions are physical, not administrative: Antioquia has a Caribbean coast, Nariño
# high Andes, Meta a mountain edge. Open-data portals settle it by department, each in the region
# where most of its people or land lies; this is that convention. Figures by region carry it.
REGIONS: dict[str, tuple[str, ...]] = {
    "Andina": ("05", "11", "15", "17", "25", "41", "54", "63", "66", "68", "73"),
    "Caribe": ("08", "13", "20", "23", "44", "47", "70"),
    "Pacífica": ("19", "27", "52", "76"),
    "Orinoquía": ("50", "81", "85", "99"),
    "Amazonía": ("18", "86", "91", "94", "95", "97"),
    "Insular": ("88",),
}

COLUMNS = (
    "geo_id",
    "region",
    "department",
    "dane_department_code",
    "municipio",
    "dane_municipality_code",
    "latitude",
    "longitude",
    "population",
)


def rows() -> list[tuple[str, ...]]:
    """Return one row per municipality, ordered by DIVIPOLA code, in the order of COLUMNS."""
    region_of = {code: region for region, codes in REGIONS.items() for code in codes}
    with FACTS.open(encoding="utf-8", newline="") as stream:
        facts = list(csv.DictReader(stream, delimiter="\t"))
    return sorted(
        (
            fact["dane_municipality_code"],
            region_of[fact["dane_department_code"]],
            fact["department"],
            fact["dane_department_code"],
            fact["municipality"],
            fact["dane_municipality_code"],
            fact["latitude"],
            fact["longitude"],
            fact["population"],
        )
        for fact in facts
    )
