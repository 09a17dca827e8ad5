"""What the law asks an entity to report. The texts are those of the norms named; see the docs."""

from collections.abc import Mapping
from typing import Final

# Key: how it is cited, (Spanish, English).
LAWS: Final[Mapping[str, tuple[str, str]]] = {
    "1474": (
        "Ley 1474 de 2011, art. 76: informe semestral sobre la atención de quejas, sugerencias y"
        " reclamos",
        "Ley 1474 of 2011, art. 76: half-yearly report on how complaints, suggestions and claims"
        " are attended to",
    ),
    "1081": (
        "Decreto 1081 de 2015, art. 2.1.1.6.2: solicitudes recibidas, trasladadas, tiempo de"
        " respuesta y acceso negado",
        "Decreto 1081 of 2015, art. 2.1.1.6.2: requests received and transferred, time to answer,"
        " access denied",
    ),
    "190": (
        "Ley 190 de 1995, art. 54: informe periódico de los servicios con más quejas y reclamos",
        "Ley 190 of 1995, art. 54: periodic report on the services with most complaints and claims",
    ),
    "1519": (
        "Resolución 1519 de 2020 (MinTIC), anexo 2, num. 4.10: informes trimestrales sobre acceso a"
        " información, quejas y reclamos",
        "Resolución 1519 of 2020 (MinTIC), annex 2, no. 4.10: quarterly reports on access to"
        " information, complaints and claims",
    ),
    "1755": (
        "Ley 1755 de 2015, art. 14: términos para responder y prórroga",
        "Ley 1755 of 2015, art. 14: terms to answer, and their extension",
    ),
    "1755-17": (
        "Ley 1755 de 2015, arts. 17 y 18: desistimiento tácito y expreso",
        "Ley 1755 of 2015, arts. 17 and 18: tacit and express withdrawal",
    ),
    "1755-21": (
        "Ley 1755 de 2015, art. 21: traslado por falta de competencia, en 5 días",
        "Ley 1755 of 2015, art. 21: transfer for lack of competence, within 5 days",
    ),
    "1712": (
        "Ley 1712 de 2014, art. 11, lit. h: informe de solicitudes, denuncias y tiempos de"
        " respuesta",
        "Ley 1712 of 2014, art. 11, h: report on requests, reports of wrongdoing and times to"
        " answer",
    ),
}
