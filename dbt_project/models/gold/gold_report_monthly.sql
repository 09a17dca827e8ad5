-- Grain: one row per finished month and pqrs_type. Its day is the last of the month.
{{ config(meta={'partition': 'day', 'key': ['pqrs_type'], 'touched': 'month_ends'}) }}

{{ period_report('month') }}
