{{ landing('gold_kpi_department') }}
