-- depends_on: {{ ref('raw_order_items') }}

with source as (

    select * from {{ source('raw', 'order_items') }}

),

renamed as (

    select
        id as order_item_id,
        order_id,
        product_id,
        quantity,
        {{ cents_to_units('unit_price_cents') }} as unit_price
    from source

)

select * from renamed
