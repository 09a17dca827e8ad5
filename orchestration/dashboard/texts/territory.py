"""Words of the page Territorio."""

TEXTS = {
    "territorio_page": ("Territorio", "Territory"),
    "territorio_subtitle": (
        "De dónde vienen los casos y dónde esperan, por habitante.",
        "Where cases come from and where they wait, per inhabitant.",
    ),
    "measure": ("Medida", "Measure"),
    "tickets_rate": ("Creados por 100.000 hab.", "Created per 100,000 inh."),
    "backlog_rate": ("Abiertos por 100.000 hab.", "Open per 100,000 inh."),
    "overdue_rate": ("Vencidos por 100.000 hab.", "Overdue per 100,000 inh."),
    "country_title": ("Departamentos", "Departments"),
    "country_caption": (
        "{measure}, del {first} al {last}. Bogotá está dibujada dentro de Cundinamarca. En gris, "
        "sin "
        "base. Contornos simplificados.",
        "{measure}, from {first} to {last}. Bogotá is drawn inside Cundinamarca. Grey means no "
        "base. "
        "Simplified outlines.",
    ),
    "country_how": (
        "Casos del departamento del municipio del caso. Habitantes: proyección del DANE para 2024, "
        "suma de sus municipios. Abiertos y vencidos al final del último día.",
        "Cases of the department of the case's municipality. Inhabitants: DANE's projection for "
        "2024, sum of its municipalities. Open and overdue at the end of the last day.",
    ),
    "open_now_only": (
        "Con estos filtros los abiertos y vencidos se conocen solo al final del último día "
        "publicado.",
        "With these filters open and overdue cases are known at the end of the last published day "
        "only.",
    ),
    "ranking_title": ("Orden de los departamentos", "Ranking of departments"),
    "ranking_caption": (
        "Escoja uno para ver sus municipios.",
        "Choose one to see its municipalities.",
    ),
    "ranking_how": (
        "Las mismas cifras del mapa, de mayor a menor.",
        "The same figures as the map, the highest first.",
    ),
    "towns_title": ("Municipios de {department}", "Municipalities of {department}"),
    "municipalities_title": ("Municipios", "Municipalities"),
    "municipalities_caption": (
        "{department}, del {first} al {last}. El tamaño del círculo son los casos creados.",
        "{department}, from {first} to {last}. The size of a circle is the number of created "
        "cases.",
    ),
    "municipalities_how": (
        "Municipios con casos creados en el periodo o abiertos al final de su último día.",
        "Municipalities with cases created in the period or open at the end of its last day.",
    ),
    "see_cases": ("Ver los casos abiertos de {department}", "See the open cases of {department}"),
    "whole_country": ("Todo el país", "The whole country"),
}
