{{ served('gold_kpi_dependencia') }}
