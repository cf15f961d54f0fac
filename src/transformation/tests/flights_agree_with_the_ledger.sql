-- What the job counted when it loaded a month is what is served of it: rows in the table and rows set apart make the rows of the source.
with newest as (

    select load_id, rows_read, rows_loaded, rows_quarantined
    from {{ source('bronze', 'flights_loads') }}
    qualify row_number() over (partition by load_id order by loaded_at desc) = 1

),

landed as (select load_id, count(*) as counted from {{ ref('stg_flights') }} group by load_id),

set_apart as (select load_id, count(*) as counted from {{ ref('stg_flights_set_apart') }} group by load_id)

select newest.*, landed.counted as landed, set_apart.counted as set_apart
from newest
full join landed using (load_id)
full join set_apart using (load_id)
where coalesce(landed.counted, 0) + coalesce(set_apart.counted, 0) is distinct from newest.rows_read
   or coalesce(landed.counted, 0) is distinct from newest.rows_loaded
