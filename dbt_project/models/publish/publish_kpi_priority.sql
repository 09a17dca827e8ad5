{{ landing('gold_kpi_priority') }}
