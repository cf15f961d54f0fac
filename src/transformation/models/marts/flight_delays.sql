-- The finest grain that is served; the other marts of the flights are sums of this one. What was set apart is counted, never averaged.
with every_flight as (

    select flight_date, carrier, origin, dest, state, arr_delay
    from {{ ref('stg_flights') }}
    union all
    select flight_date, carrier, origin, dest, state, null as arr_delay
    from {{ ref('stg_flights_set_apart') }}

)

select
    flight_date,
    carrier,
    origin,
    dest,
    count(*) as flights,
    count(*) filter (where state = 'flown') as flown,
    count(*) filter (where state = 'diverted') as diverted,
    count(*) filter (where state = 'cancelled') as cancelled,
    count(*) filter (where state = 'unusable') as unusable,
    count(*) filter (where arr_delay < {{ var('late_from_minutes') }}) as on_time,
    coalesce(sum(arr_delay), 0)::bigint as arrival_delay_minutes,
    max(arr_delay) as worst_arrival_delay
from every_flight
group by all
