{{ landing('gold_kpi_backlog') }}
