{{ served('gold_kpi_department') }}
