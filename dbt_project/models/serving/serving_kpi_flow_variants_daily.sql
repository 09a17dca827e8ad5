{{ served('gold_kpi_flow_variants') }}
