select
    product_id::varchar as product_id,
    trim(name) as product_name,
    category,
    unit_price::decimal(10, 2) as list_price,
    introduced_on::date as introduced_on
from {{ source('raw', 'raw_products') }}
