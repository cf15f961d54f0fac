-- What each customer ordered; a cancelled order counts as an order, not as money.
select
    customer_id,
    count(distinct order_id) as orders,
    count(distinct order_id) filter (where status = 'cancelled') as orders_cancelled,
    coalesce(sum(quantity) filter (where status <> 'cancelled'), 0)::bigint as items,
    coalesce(sum(line_total) filter (where status <> 'cancelled'), 0)::decimal(12, 2) as amount,
    min(ordered_on) as first_ordered_on,
    max(ordered_on) as last_ordered_on
from {{ ref('stg_orders') }}
group by customer_id
