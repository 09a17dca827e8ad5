{{ served('gold_kpi_priority') }}
