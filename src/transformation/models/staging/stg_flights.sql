select
    make_date(year, month, day) as flight_date,
    carrier,
    flight,
    tailnum,
    origin,
    dest,
    distance,
    scheduled_departure_at,
    -- The delay is the difference of the two clock times, for every flight of 2013 (data_discovery.md, F-5), and knows no 2400.
    scheduled_departure_at + to_minutes(dep_delay) as departed_at,
    dep_delay,
    arr_delay,
    case
        when dep_time is null then 'cancelled'
        when arr_delay is null then 'diverted'
        else 'flown'
    end as state,
    _load_id as load_id
from (
    select *, time_hour + to_minutes(minute) as scheduled_departure_at
    from {{ source('bronze', 'flights') }}
)
