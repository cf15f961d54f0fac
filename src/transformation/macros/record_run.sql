{# `transformation_runs`: what each run of dbt made, so that a figure in a report can name the run that it comes from. #}
{% macro record_run(results) %}
  {% if execute and flags.WHICH in ('build', 'run', 'test', 'seed') %}
    {% do run_query("create table if not exists transformation_runs (run_id varchar, command varchar, target varchar, node varchar, "
                    ~ "kind varchar, status varchar, ended_at timestamp)") %}
    {% for result in results %}
      {% do run_query("insert into transformation_runs values ('" ~ invocation_id ~ "', '" ~ flags.WHICH ~ "', '" ~ target.name
                      ~ "', '" ~ result.node.name ~ "', '" ~ result.node.resource_type ~ "', '" ~ result.status
                      ~ "', '" ~ modules.datetime.datetime.utcnow().isoformat() ~ "')") %}
    {% endfor %}
  {% endif %}
{% endmacro %}
