{{ served('gold_kpi_waiting') }}
