-- Every customer, with or without orders.
with categories as (

    select
        orders.customer_id,
        arg_max(products.category, orders.line_total) as category
    from {{ ref('stg_orders') }} as orders
    inner join {{ ref('stg_products') }} as products using (product_id)
    where orders.status <> 'cancelled'
    group by orders.customer_id

)

select
    customers.customer_id,
    customers.customer_name,
    customers.city,
    customers.country,
    customers.signed_up_on,
    coalesce(summary.orders, 0)::bigint as orders,
    coalesce(summary.items, 0)::bigint as items,
    coalesce(summary.amount, 0)::decimal(12, 2) as amount,
    summary.last_ordered_on,
    categories.category as largest_order_category
from {{ ref('stg_customers') }} as customers
left join {{ ref('orders_summary') }} as summary using (customer_id)
left join categories using (customer_id)
