-- depends_on: {{ ref('raw_payments') }}

with source as (

    select * from {{ source('raw', 'payments') }}

),

renamed as (

    select
        id as payment_id,
        order_id,
        method as payment_method,
        {{ cents_to_units('amount_cents') }} as amount,
        cast(paid_at as date) as paid_on
    from source

)

select * from renamed
