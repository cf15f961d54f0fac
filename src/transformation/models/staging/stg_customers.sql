select
    customer_id::varchar as customer_id,
    trim(name) as customer_name,
    nullif(lower(trim(email)), '') as email,
    city,
    upper(country) as country,
    signed_up_on::date as signed_up_on
from {{ source('raw', 'raw_customers') }}
