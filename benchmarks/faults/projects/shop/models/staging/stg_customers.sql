-- depends_on: {{ ref('raw_customers') }}

with source as (

    select * from {{ source('raw', 'customers') }}

),

renamed as (

    select
        id as customer_id,
        first_name,
        last_name,
        lower(email) as email,
        country,
        cast(signed_up as date) as signed_up_on
    from source

)

select * from renamed
