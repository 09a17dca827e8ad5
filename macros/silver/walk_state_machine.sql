{#- Walks cases change by change: one that the state machine refuses does not move the case. Gives
    is_valid and previous_at (when the case entered the state that it was in) of every change.

    `changes` is a CTE with ticket_id, change_no (1, 2, 3 in each case), ts, status_from, status_to,
    is_allowed (the pair of states alone) and created_at. A pass over all its rows for every change of
    the longest case: give it the few cases that need it. -#}
{% macro walk_state_machine(changes) -%}
    with recursive walk as (
        select
            ticket_id,
            cast(0 as bigint) as change_no,
            'RECEIVED' as status,
            created_at as entered_at,
            false as is_valid,
            created_at as previous_at
        from {{ changes }}
        where change_no = 1

        union all

        select
            ticket_id,
            change_no,
            if(is_valid, status_to, status) as status,
            if(is_valid, ts, entered_at) as entered_at,
            is_valid,
            entered_at as previous_at
        from (
            select
                changes.ticket_id,
                changes.change_no,
                changes.ts,
                changes.status_to,
                walk.status,
                walk.entered_at,
                changes.is_allowed and changes.status_from = walk.status as is_valid
            from walk
            inner join {{ changes }} as changes
                on
                    walk.ticket_id = changes.ticket_id
                    and walk.change_no + 1 = changes.change_no
        ) as step
    )

    select ticket_id, change_no, is_valid, previous_at
    from walk
    where change_no > 0
{%- endmacro %}
