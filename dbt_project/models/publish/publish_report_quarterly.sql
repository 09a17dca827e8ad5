{{ landing('gold_report_quarterly') }}
