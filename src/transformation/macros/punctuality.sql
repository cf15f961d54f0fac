{# The counts and shares that every mart of punctuality has, summed from flight_delays. Shares are of flown flights, but for
   the share cancelled, which is of all. #}
{% macro punctuality() -%}
    sum(flights)::bigint as flights,
    sum(flown)::bigint as flown,
    sum(diverted)::bigint as diverted,
    sum(cancelled)::bigint as cancelled,
    sum(unusable)::bigint as unusable,
    sum(on_time)::bigint as on_time,
    {{ share('sum(on_time)', 'sum(flown)') }} as share_on_time,
    {{ share('sum(cancelled)', 'sum(flights)') }} as share_cancelled,
    round(sum(arrival_delay_minutes)::double / nullif(sum(flown), 0), 2) as average_arrival_delay
{%- endmacro %}
