with orders as (

    select * from {{ ref('stg_orders') }}

),

totals as (

    select * from {{ ref('int_order_totals') }}

),

payments as (

    select * from {{ ref('int_order_payments') }}

),

final as (

    select
        orders.order_id,
        orders.customer_id,
        orders.order_date,
        orders.status,
        orders.channel,
        totals.item_count,
        totals.gross_amount,
        totals.gross_amount - totals.cost_amount as margin_amount,
        coalesce(payments.paid_amount, 0) as paid_amount,
        coalesce(payments.card_amount, 0) as card_amount,
        coalesce(payments.transfer_amount, 0) as transfer_amount,
        coalesce(payments.voucher_amount, 0) as voucher_amount,
        '{{ var("currency") }}' as currency
    from orders
    left join totals on orders.order_id = totals.order_id
    left join payments on orders.order_id = payments.order_id

)

select * from final
