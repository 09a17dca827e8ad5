"""Words of the page Calidad y corridas."""

TEXTS = {
    "calidad_page": ("Calidad y corridas", "Quality and runs"),
    "calidad_subtitle": (
        "Qué se comprobó de lo publicado, qué corrió, qué quedó en cuarentena y de dónde viene.",
        "What was checked of what is published, what ran, what is in quarantine, where it comes "
        "from.",
    ),
    "checks_title": ("Controles de la corrida vigente", "Checks of the live run"),
    "checks_caption": ("Por capa y resultado.", "By layer and result."),
    "checks_how": (
        "Último resultado de cada control sobre lo construido de la corrida que se publica. Un "
        "fallo "
        "crítico impide publicar; un aviso publica como DEGRADED.",
        "Latest result of each check on what the live run built. A critical failure prevents "
        "publishing; a warning publishes as DEGRADED.",
    ),
    "layer": ("Capa", "Layer"),
    "PASS": ("Pasó", "Passed"),
    "WARN": ("Aviso", "Warning"),
    "FAIL": ("Falló", "Failed"),
    "ERROR": ("Error", "Error"),
    "SKIPPED": ("Sin base", "No base"),
    "not_passed_title": ("Lo que no pasó", "What did not pass"),
    "not_passed_caption": (
        "Con el valor medido y su límite.",
        "With the measured value and its limit.",
    ),
    "not_passed_how": (
        "Controles de la corrida vigente con resultado distinto de PASS. `pqr quality` los muestra "
        "con ejemplos.",
        "Checks of the live run with a result other than PASS. `pqr quality` shows them with "
        "examples.",
    ),
    "all_passed": (
        "Ningún control falló ni dio advertencia.",
        "No check failed or gave a warning.",
    ),
    "dataset": ("Conjunto", "Dataset"),
    "check_name": ("Control", "Check"),
    "tool": ("Herramienta", "Tool"),
    "severity": ("Severidad", "Severity"),
    "critical": ("Crítica", "Critical"),
    "warning": ("Aviso", "Warning"),
    "result": ("Resultado", "Result"),
    "threshold": ("Límite", "Limit"),
    "checked_at": ("Medido", "Measured"),
    "runs_title": ("Corridas", "Runs"),
    "runs_caption": ("Las 50 más recientes.", "The 50 newest."),
    "runs_how": (
        "Una fila por corrida: sus días, su estado y si es la que se publica. `pqr runs` muestra "
        "lo "
        "mismo.",
        "One row per run: its days, its state, and whether it is live. `pqr runs` shows the same.",
    ),
    "run_id": ("Corrida", "Run"),
    "run_status": ("Estado", "State"),
    "date_min": ("Desde", "From"),
    "date_max": ("Hasta", "To"),
    "attempt": ("Intento", "Attempt"),
    "started_at": ("Inicio", "Started"),
    "duration_minutes": ("Minutos", "Minutes"),
    "bronze_rows": ("Eventos", "Events"),
    "is_live": ("Vigente", "Live"),
    "PUBLISHED": ("Publicada", "Published"),
    "DEGRADED": ("Con avisos", "Degraded"),
    "FAILED": ("Fallida", "Failed"),
    "RUNNING": ("En curso", "Running"),
    "COMMITTED": ("Sin publicar", "Not published"),
    "CANCELLED": ("Cancelada", "Cancelled"),
    "layers_title": ("Capas de la corrida vigente", "Layers of the live run"),
    "layers_caption": ("Filas, tamaño y segundos de cada una.", "Rows, size and seconds of each."),
    "layers_how": (
        "Lo que dice el manifiesto de cada capa y cuánto tomó escribirla.",
        "What the manifest of each layer says, and how long it took to write.",
    ),
    "rows": ("Filas", "Rows"),
    "megabytes": ("MB", "MB"),
    "objects_count": ("Objetos", "Objects"),
    "seconds": ("Segundos", "Seconds"),
    "quarantine_title": ("Cuarentena", "Quarantine"),
    "quarantine_caption": (
        "Líneas que no pudieron entrar, por motivo.",
        "Lines that could not enter, by reason.",
    ),
    "quarantine_how": (
        "Cada línea de raw termina en bronze o aquí, con un motivo. `pqr quarantine` las muestra.",
        "Each line of raw ends in bronze or here, with one reason. `pqr quarantine` shows them.",
    ),
    "no_quarantine": ("Ninguna línea está en cuarentena.", "No line is in quarantine."),
    "reason_code": ("Motivo", "Reason"),
    "lines_count": ("Líneas", "Lines"),
    "lineage_title": ("Linaje", "Lineage"),
    "lineage_caption": (
        "De qué se hizo {dataset}, hasta raw, con el hash de lo que se leyó.",
        "What {dataset} was made from, up to raw, with the hash of what was read.",
    ),
    "lineage_how": (
        "Aristas de meta.lineage de la corrida vigente. `make docs` tiene el linaje por columna.",
        "Edges of meta.lineage of the live run. `make docs` has the lineage by column.",
    ),
    "lineage_of": ("Linaje de", "Lineage of"),
    "input_layer": ("Capa de entrada", "Input layer"),
    "input_dataset": ("Entrada", "Input"),
    "input_hash": ("Hash de lo leído", "Hash of what was read"),
    "input_run": ("Corrida de la entrada", "Run of the input"),
}
