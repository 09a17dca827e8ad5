{{ served('gold_report_monthly') }}
