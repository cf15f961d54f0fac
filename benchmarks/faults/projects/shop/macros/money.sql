{% macro cents_to_units(column, digits=2) %}
    round({{ column }} / 100.0, {{ digits }})
{% endmacro %}

{% macro paid_statuses() %}
    ('paid', 'shipped', 'delivered')
{% endmacro %}
