{#- The SLA engine: adds to every transition of a case the business time accumulated by then and the
    position of business time at which the term ends. Sums over the calendar's cumulative business
    seconds; no row per day.

    `transitions` is a CTE with ticket_id, change_no, is_valid, business_seconds (position of the
    event), previous_seconds (position at which the state left was entered), ran_before and
    runs_after (does the clock run in the state left, in the state entered), sla_start_seconds
    (position of the clock's first day) and sla_seconds (the term).

    Adds sla_elapsed_seconds and sla_due_seconds. Both are null for a case that was not radicated. -#}
{% macro sla_clock(transitions) -%}
    with positions as (
        select
            *,
            -- Nothing accumulates before the first business day after radication.
            greatest(business_seconds, sla_start_seconds) as clock_position,
            if(
                is_valid and ran_before,
                greatest(business_seconds, sla_start_seconds)
                - greatest(previous_seconds, sla_start_seconds),
                0
            ) as accrued_seconds
        from {{ transitions }}
    ),

    accumulated as (
        select
            *,
            if(
                sla_start_seconds is null,
                null,
                cast(sum(accrued_seconds) over (
                    partition by ticket_id order by change_no rows unbounded preceding
                ) as bigint)
            ) as sla_elapsed_seconds
        from positions
    ),

    -- What is left of the term is counted from where the clock runs. Once the term is over, its end
    -- is a fact that no later pause moves.
    projected as (
        select
            *,
            if(
                is_valid and (ran_before or runs_after)
                and sla_elapsed_seconds - accrued_seconds < sla_seconds,
                clock_position - sla_elapsed_seconds + sla_seconds,
                null
            ) as projected_seconds
        from accumulated
    )

    select
        * exclude (clock_position, accrued_seconds, projected_seconds),
        max(projected_seconds) over (
            partition by ticket_id order by change_no rows unbounded preceding
        ) as sla_due_seconds
    from projected
{%- endmacro %}
