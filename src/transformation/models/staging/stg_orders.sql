select
    order_id,
    line,
    customer_id,
    product_id,
    ordered_on,
    quantity,
    unit_price,
    (quantity * unit_price)::decimal(12, 2) as line_total,
    status
from {{ ref('sample_orders') }}
