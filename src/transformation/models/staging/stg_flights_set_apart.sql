-- A row that could not even be taken apart is text, not JSON: its fields are then empty, and it is counted all the same.
with texts as (

    select
        _reason,
        _load_id,
        case when json_valid(_raw) then _raw::json else '{}'::json end as fields
    from {{ source('bronze', 'flights_quarantine') }}

)

select
    try_cast(concat_ws('-', fields ->> 'year', fields ->> 'month', fields ->> 'day') as date) as flight_date,
    coalesce(fields ->> 'carrier', 'unknown') as carrier,
    try_cast(fields ->> 'flight' as integer) as flight,
    coalesce(fields ->> 'origin', 'unknown') as origin,
    coalesce(fields ->> 'dest', 'unknown') as dest,
    case
        when _reason = 'tailnum: missing' and (fields ->> 'dep_time') is null then 'cancelled'
        else 'unusable'
    end as state,
    _reason as reason,
    _load_id as load_id
from texts
