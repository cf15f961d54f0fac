{% macro month_of(expression) -%}
cast(date_trunc('month', {{ expression }}) as date)
{%- endmacro %}

{% macro monthly_amount(amount, interval) -%}
case when {{ interval }} = 'year' then {{ amount }} / 12.0 else {{ amount }} * 1.0 end
{%- endmacro %}
