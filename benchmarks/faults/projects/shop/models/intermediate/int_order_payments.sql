{% set methods = ['card', 'transfer', 'voucher'] %}

with payments as (

    select * from {{ ref('stg_payments') }}

),

pivoted as (

    select
        order_id,
        {% for method in methods %}
        sum(case when payment_method = '{{ method }}' then amount else 0 end) as {{ method }}_amount,
        {% endfor %}
        sum(amount) as paid_amount,
        max(paid_on) as last_paid_on
    from payments
    group by order_id

)

select * from pivoted
