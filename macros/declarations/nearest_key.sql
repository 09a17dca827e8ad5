{#- The known key whose letters are those of a misspelt one, up to two; none if there is no such key. -#}
{% macro nearest_key(word, known) -%}
    {%- set nearest = namespace(key=none, distance=3) -%}
    {%- for key in known -%}
        {%- set found = namespace(distance=0) -%}
        {%- for letter in (word | lower ~ key) | list | unique -%}
            {%- set found.distance = found.distance + ((word | lower).count(letter) - key.count(letter)) | abs -%}
        {%- endfor -%}
        {%- if found.distance < nearest.distance -%}
            {%- set nearest.key, nearest.distance = key, found.distance -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(nearest.key) }}
{%- endmacro %}
