{#- Fails with the rows in which a rule between columns is false. Unknown counts as true: columns
    without a base are null. -#}
{% test holds(model, rule) %}
select * from {{ model }}
where not ({{ rule }})
{% endtest %}
