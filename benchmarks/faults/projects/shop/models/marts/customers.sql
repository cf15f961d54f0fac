with customers as (

    select * from {{ ref('stg_customers') }}

),

orders as (

    select * from {{ ref('orders') }}

),

customer_orders as (

    select
        customer_id,
        min(order_date) as first_order_on,
        max(order_date) as latest_order_on,
        count(order_id) as order_count,
        sum(case when status in {{ paid_statuses() }} then 1 else 0 end) as paid_order_count,
        sum(paid_amount) as lifetime_value
    from orders
    where status <> 'cancelled'
    group by customer_id

),

final as (

    select
        customers.customer_id,
        customers.first_name,
        customers.last_name,
        customers.email,
        customers.country,
        customers.signed_up_on,
        customer_orders.first_order_on,
        customer_orders.latest_order_on,
        coalesce(customer_orders.order_count, 0) as order_count,
        coalesce(customer_orders.lifetime_value, 0) as lifetime_value,
        case
            when coalesce(customer_orders.paid_order_count, 0) >= 4 then 'loyal'
            when coalesce(customer_orders.paid_order_count, 0) >= 1 then 'regular'
            else 'new'
        end as segment
    from customers
    left join customer_orders on customers.customer_id = customer_orders.customer_id

)

select * from final
