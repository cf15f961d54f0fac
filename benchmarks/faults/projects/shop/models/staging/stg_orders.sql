-- depends_on: {{ ref('raw_orders') }}

with source as (

    select * from {{ source('raw', 'orders') }}

),

renamed as (

    select
        id as order_id,
        customer as customer_id,
        cast(ordered_at as date) as order_date,
        status,
        channel
    from source

)

select * from renamed
