{{ served('gold_kpi_first_response') }}
