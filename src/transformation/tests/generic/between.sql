{# Every value that is there lies in the range. #}
{% test between(model, column_name, least, most) %}
  select {{ column_name }}
  from {{ model }}
  where {{ column_name }} not between {{ least }} and {{ most }}
{% endtest %}
