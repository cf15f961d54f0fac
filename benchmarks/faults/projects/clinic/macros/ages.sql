{% macro age_group(years) %}
  case
    when {{ years }} < 18 then 'child'
    when {{ years }} < 65 then 'adult'
    else 'senior'
  end
{% endmacro %}

{% macro days_between(first_day, last_day) %}date_diff('day', {{ first_day }}, {{ last_day }}){% endmacro %}
