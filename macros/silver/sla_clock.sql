{#- The SLA engine: adds to every step of a case (a transition, or an extension of its term) the business
    time accumulated by then, the term as it then stands, and the position of business time at which it
    ends. Sums over the calendar's cumulative business seconds; no row per day.

    `steps` is a CTE with ticket_id, event_id, ts, is_extension, is_counted (an extension,
    or a transition that the state machine allows), status_from, business_days (of an extension),
    business_seconds (position of the event), previous_seconds (position at which the state left was
    entered), ran_before and runs_after (does the clock run in the state left, in the state entered),
    sla_start_seconds (position of the clock's first day) and initial_seconds (the term of the policy),
    both null before the radication.

    Adds sla_elapsed_seconds, sla_seconds, sla_due_seconds and, of an extension without effect, refusal:
    it must be announced before the term is over, and come to at most the initial term with those before
    it (Ley 1755, art. 14, paragraph). All are null before the radication. -#}
{% macro sla_clock(steps) -%}
    with recursive positions as (
        select
            *,
            -- Nothing accumulates before the first business day after radication.
            greatest(business_seconds, sla_start_seconds) as clock_position,
            if(
                is_counted and ran_before,
                greatest(business_seconds, sla_start_seconds)
                - greatest(previous_seconds, sla_start_seconds),
                0
            ) as accrued_seconds
        from {{ steps }}
    ),

    -- The state goes on after an extension: the transition that leaves it counts all of its time.
    accumulated as (
        select
            *,
            if(
                sla_start_seconds is null,
                null,
                cast(sum(if(is_extension, 0, accrued_seconds)) over (
                    partition by ticket_id order by ts, event_id rows unbounded preceding
                ) as bigint) + if(is_extension, accrued_seconds, 0)
            ) as sla_elapsed_seconds
        from positions
    ),

    numbered as (
        select
            *,
            row_number() over (partition by ticket_id order by ts, event_id) as extension_no
        from accumulated
        where is_extension
    ),

    -- What an extension may add depends on those before it.
    judged as (
        select
            ticket_id,
            cast(0 as bigint) as extension_no,
            cast(null as uuid) as event_id,
            cast(0 as bigint) as added_days,
            cast(null as varchar) as refusal
        from numbered
        where extension_no = 1

        union all

        select
            ticket_id,
            extension_no,
            event_id,
            added_days + if(refusal is null, business_days, 0) as added_days,
            refusal
        from (
            select
                numbered.*,
                judged.added_days,
                case
                    when numbered.sla_elapsed_seconds is null then 'NOT_RADICATED'
                    when numbered.status_from in ('CLOSED', 'ARCHIVED') then 'CASE_NOT_OPEN'
                    when
                        numbered.sla_elapsed_seconds
                        > numbered.initial_seconds + judged.added_days * 86400
                        then 'TERM_OVER'
                    when
                        (judged.added_days + numbered.business_days) * 86400
                        > numbered.initial_seconds
                        then 'OVER_THE_MAXIMUM'
                end as refusal
            from judged
            inner join numbered
                on
                    judged.ticket_id = numbered.ticket_id
                    and judged.extension_no + 1 = numbered.extension_no
        ) as step
    ),

    termed as (
        select
            accumulated.*,
            judged.refusal,
            accumulated.initial_seconds + 86400 * cast(
                sum(if(judged.refusal is null, coalesce(accumulated.business_days, 0), 0)) over (
                    partition by accumulated.ticket_id
                    order by accumulated.ts, accumulated.event_id
                    rows unbounded preceding
                ) as bigint
            ) as sla_seconds
        from accumulated
        left join judged on accumulated.event_id = judged.event_id
    ),

    -- What is left of the term is counted from where the clock runs, or last ran. Once the term is
    -- over, its end is a fact that no later pause moves.
    projected as (
        select
            *,
            if(
                refusal is null and is_counted and (ran_before or runs_after or is_extension)
                and sla_elapsed_seconds - accrued_seconds < sla_seconds,
                if(
                    is_extension and not ran_before,
                    greatest(previous_seconds, sla_start_seconds),
                    clock_position
                ) - sla_elapsed_seconds + sla_seconds,
                null
            ) as projected_seconds
        from termed
    )

    select
        * exclude (clock_position, accrued_seconds, projected_seconds),
        max(projected_seconds) over (
            partition by ticket_id order by ts, event_id rows unbounded preceding
        ) as sla_due_seconds
    from projected
{%- endmacro %}
