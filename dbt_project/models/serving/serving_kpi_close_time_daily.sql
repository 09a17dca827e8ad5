{{ served('gold_kpi_close_time') }}
