{{ served('gold_kpi_status_transitions') }}
