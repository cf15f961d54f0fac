-- depends_on: {{ ref('raw_products') }}

with source as (

    select * from {{ source('raw', 'products') }}

),

renamed as (

    select
        id as product_id,
        name as product_name,
        category,
        {{ cents_to_units('cost_cents') }} as unit_cost
    from source

)

select * from renamed
