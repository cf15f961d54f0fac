with orders as (

    select * from {{ ref('orders') }}

),

daily as (

    select
        order_date,
        count(*) as order_count,
        sum(gross_amount) as gross_amount,
        sum(margin_amount) as margin_amount
    from orders
    where status <> 'cancelled'
    group by order_date

),

running as (

    select
        order_date,
        order_count,
        gross_amount,
        margin_amount,
        sum(gross_amount) over (order by order_date rows between unbounded preceding and current row) as gross_to_date
    from daily

)

select * from running
