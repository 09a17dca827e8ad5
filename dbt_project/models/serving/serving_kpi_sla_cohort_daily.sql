{{ served('gold_kpi_sla_cohort') }}
