with products as (

    select * from {{ ref('stg_products') }}

),

items as (

    select * from {{ ref('stg_order_items') }}

),

orders as (

    select * from {{ ref('stg_orders') }}

),

sold as (

    select
        items.product_id,
        orders.channel,
        items.quantity,
        items.quantity * items.unit_price as amount
    from items
    inner join orders on items.order_id = orders.order_id
    where orders.status in {{ paid_statuses() }}

),

final as (

    select
        products.product_id,
        products.product_name,
        products.category,
        coalesce(sum(sold.quantity), 0) as units_sold,
        coalesce(sum(sold.amount), 0) as revenue,
        coalesce(sum(case when sold.channel = 'web' then sold.amount end), 0) as web_revenue,
        rank() over (partition by products.category order by coalesce(sum(sold.amount), 0) desc) as rank_in_category
    from products
    left join sold on products.product_id = sold.product_id
    group by products.product_id, products.product_name, products.category
    having count(sold.quantity) > 0

)

select * from final
