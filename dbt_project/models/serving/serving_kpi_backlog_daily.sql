{{ served('gold_kpi_backlog') }}
