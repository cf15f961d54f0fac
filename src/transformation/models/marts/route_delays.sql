select
    origin,
    dest,
    {{ punctuality() }},
    max(worst_arrival_delay) as worst_arrival_delay
from {{ ref('flight_delays') }}
group by origin, dest
order by origin, dest
