{{ landing('gold_kpi_ageing') }}
