{% macro signed_amount(debit, credit) %}(coalesce({{ debit }}, 0) - coalesce({{ credit }}, 0)){% endmacro %}

{% macro fiscal_quarter(day) %}('Q' || cast(quarter({{ day }}) as varchar)){% endmacro %}

{% macro in_reporting_currency(amount, rate) %}
    cast(round({{ amount }} * {{ rate }}, 2) as decimal(18, 2))
{% endmacro %}
