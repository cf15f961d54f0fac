with spine as (
    select unnest(generate_series(
        cast('{{ var("first_month") }}' as timestamp)
      , cast('{{ var("last_month") }}' as timestamp)
      , interval 1 month
    )) as month_start
)

select
    cast(month_start as date) as month
  , year(month_start) as year_number
  , month(month_start) as month_number
  , last_day(cast(month_start as date)) as month_end
from spine
