{{ served('gold_kpi_volume') }}
