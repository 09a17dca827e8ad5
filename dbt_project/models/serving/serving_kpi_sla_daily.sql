{{ served('gold_kpi_sla') }}
