{{ served('gold_kpi_topic') }}
