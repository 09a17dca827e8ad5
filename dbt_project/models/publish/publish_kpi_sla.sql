{{ landing('gold_kpi_sla') }}
