select
    order_id,
    gross_amount,
    paid_amount
from {{ ref('orders') }}
where paid_amount > gross_amount + 0.01
