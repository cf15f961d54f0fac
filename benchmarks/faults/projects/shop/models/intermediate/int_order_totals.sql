with items as (

    select * from {{ ref('stg_order_items') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

priced as (

    select
        items.order_id,
        items.product_id,
        items.quantity,
        items.quantity * items.unit_price as gross_amount,
        items.quantity * products.unit_cost as cost_amount
    from items
    inner join products on items.product_id = products.product_id

),

totals as (

    select
        order_id,
        count(*) as item_lines,
        sum(quantity) as item_count,
        sum(gross_amount) as gross_amount,
        sum(cost_amount) as cost_amount
    from priced
    group by order_id

)

select * from totals
