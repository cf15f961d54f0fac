{% macro count_if(condition) -%}
SUM(CASE WHEN {{ condition }} THEN 1 ELSE 0 END)
{%- endmacro %}

{% macro minutes_between(earlier, later) -%}
DATE_DIFF('minute', {{ earlier }}, {{ later }})
{%- endmacro %}

{% macro share_of(part, whole) -%}
CASE WHEN {{ whole }} = 0 THEN 0 ELSE ROUND({{ part }} * 1.0 / {{ whole }}, 4) END
{%- endmacro %}
