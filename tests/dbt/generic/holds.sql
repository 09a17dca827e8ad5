{#- Fails with the rows in which a rule between columns is false. Unknown counts as true: columns
    without a base are null. Of a served dataset a rule that does more than warn is a check constraint of
    PostgreSQL too: write it as both engines read it, or say `config: {meta: {serving: false}}`. -#}
{% test holds(model, rule) %}
select * from {{ model }}
where not ({{ rule }})
{% endtest %}
