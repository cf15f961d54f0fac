{# Schemas of sources, before the models begin: dbt-duckdb makes them when it reads a source, and two threads that do so at once break each other. #}
{% macro make_source_schemas() %}
  {% if execute %}
    {% for schema in graph.sources.values() | map(attribute='schema') | unique %}
      {% do run_query("create schema if not exists " ~ adapter.quote(schema)) %}
    {% endfor %}
  {% endif %}
{% endmacro %}
