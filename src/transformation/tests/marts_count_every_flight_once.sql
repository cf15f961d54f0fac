-- Each mart holds every flight of the source, once.
with expected as (

    select
        (select count(*) from {{ ref('stg_flights') }})
        + (select count(*) from {{ ref('stg_flights_set_apart') }}) as flights

),

served as (
    {% for mart in ('flight_delays', 'daily_punctuality', 'carrier_punctuality', 'route_delays') %}
    select '{{ mart }}' as mart, sum(flights) as flights, sum(flown + diverted + cancelled + unusable) as by_state
    from {{ ref(mart) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select served.*, expected.flights as expected
from served, expected
where served.flights is distinct from expected.flights or served.by_state is distinct from expected.flights
