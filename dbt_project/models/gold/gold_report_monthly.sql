-- Grain: one row per finished month and pqrs_type. Its day is the last of the month.

{{ period_report('month') }}
