select
    delays.carrier,
    coalesce(any_value(carriers.carrier_name), delays.carrier) as carrier_name,
    {{ punctuality() }}
from {{ ref('flight_delays') }} as delays
left join {{ ref('carriers') }} as carriers using (carrier)
group by delays.carrier
order by delays.carrier
