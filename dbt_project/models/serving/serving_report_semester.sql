{{ served('gold_report_semester') }}
