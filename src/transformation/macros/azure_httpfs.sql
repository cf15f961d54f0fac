{# With the target azure: every raw table of the sources is made of its blob, as text, before anything is built.
   `agentic ingest files` makes the same tables of local files; models do not know the difference. #}
{% macro bring_raw_from_azure() %}
  {% if execute and target.name == 'azure' %}
    {% for source in graph.sources.values() if source.source_name == 'raw' %}
      {% set blob = 'az://' ~ env_var('AZURE_RAW_CONTAINER', 'raw') ~ '/' ~ source.source_meta.get('folder', '') ~ source.meta.blob %}
      {% do log('reading ' ~ blob, info=true) %}
      {% do run_query("create or replace table " ~ source.identifier ~ " as select *, '" ~ blob ~ "' as _file from read_csv('"
                      ~ blob ~ "', header = true, all_varchar = true, strict_mode = true)") %}
    {% endfor %}
  {% endif %}
{% endmacro %}
