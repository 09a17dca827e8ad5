{{ landing('gold_report_monthly') }}
