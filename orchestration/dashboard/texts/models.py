"""Words of the page Modelos."""

TEXTS = {
    "modelos_page": ("Modelos", "Models"),
    "modelos_subtitle": (
        "Qué tanto coincide lo que leen los modelos con lo que se radicó. Son sugerencias.",
        "How far what models read agrees with what was filed. They are suggestions.",
    ),
    "models_title": ("Modelos del periodo", "Models of the period"),
    "models_caption": (
        "Casos leídos del {first} al {last}; la coincidencia es sobre las respuestas.",
        "Cases read from {first} to {last}; agreement is over the answers.",
    ),
    "models_how": (
        "Coincidencia: respuestas que nombran el tipo radicado, entre los casos en que el modelo "
        "no se "
        "abstiene. Abstención: entre los casos leídos. Deriva: la mayor del periodo. No mide si "
        "el tipo "
        "radicado era correcto.",
        "Agreement: answers that name the filed type, of the cases in which the model does not "
        "abstain. "
        "Abstention: of the cases read. Drift: the largest of the period. It does not measure "
        "whether "
        "the filed type was right.",
    ),
    "agreement_title": ("Coincidencia por día", "Agreement by day"),
    "agreement_caption": (
        "Parte de las respuestas de cada día que nombra el tipo radicado. Sin respuestas, sin "
        "punto.",
        "Share of each day's answers that names the filed type. Without answers there is no point.",
    ),
    "agreement_how": (
        "Respuestas que coinciden entre las respuestas del día, por modelo.",
        "Answers that agree, of the day's answers, by model.",
    ),
    "no_models": (
        "Ningún modelo leyó casos del periodo. El enriquecimiento se enciende con "
        "PQR_ENRICHMENT=on (docs/models.md).",
        "No model read cases of the period. Enrichment is turned on with PQR_ENRICHMENT=on "
        "(docs/models.md).",
    ),
    "rules": ("Reglas", "Rules"),
    "tfidf_lr": ("TF-IDF y regresión", "TF-IDF and regression"),
    "encoder_lr": ("Codificador de frases", "Sentence encoder"),
    "ensemble": ("Conjunto de ambos", "Both together"),
    "model_type": ("Modelo", "Model"),
    "judged_count": ("Casos leídos", "Cases read"),
    "covered_count": ("Respuestas", "Answers given"),
    "agreed_count": ("Coinciden", "Agree"),
    "agreed_pct": ("Coincidencia (%)", "Agreement (%)"),
    "abstained_pct": ("Abstención (%)", "Abstention (%)"),
    "score_pct": ("Puntaje medio (%)", "Mean score (%)"),
    "drift_pct": ("Deriva (%)", "Drift (%)"),
}
