{{ served('gold_kpi_municipality') }}
