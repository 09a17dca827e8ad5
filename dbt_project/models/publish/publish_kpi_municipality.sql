{{ landing('gold_kpi_municipality') }}
