select
    flight_date,
    {{ punctuality() }}
from {{ ref('flight_delays') }}
group by flight_date
order by flight_date
