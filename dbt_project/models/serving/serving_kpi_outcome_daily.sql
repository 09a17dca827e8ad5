{{ served('gold_kpi_outcome') }}
