{{ landing('gold_kpi_volume') }}
