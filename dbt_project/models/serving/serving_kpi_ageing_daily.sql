{{ served('gold_kpi_ageing') }}
