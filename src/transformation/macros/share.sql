{# A share between 0 and 1, or nothing where there is nothing to divide. #}
{% macro share(part, whole) -%}
  round(({{ part }})::double / nullif({{ whole }}, 0), 4)
{%- endmacro %}
