{{ served('gold_kpi_model_quality') }}
