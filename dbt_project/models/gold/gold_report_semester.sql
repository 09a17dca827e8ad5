-- Grain: one row per finished half-year and pqrs_type: the report of Ley 1474 de 2011, article 76.
-- Its day is the last of the half-year.

{{ period_report('semester') }}
