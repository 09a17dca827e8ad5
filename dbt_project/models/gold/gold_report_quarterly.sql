-- Grain: one row per finished quarter and pqrs_type: the report of Ley 1755 and Ley 1474 practice.
-- Its day is the last of the quarter.

{{ period_report('quarter') }}
