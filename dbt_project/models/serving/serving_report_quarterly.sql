{{ served('gold_report_quarterly') }}
