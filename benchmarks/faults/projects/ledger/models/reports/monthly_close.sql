with result as (
    select * from {{ ref('profit_and_loss') }}
),

cash as (
    select
        booked_month,
        sum(case when direction = 'in' then amount else -amount end) as net_cash,
        count(*) as movement_count
    from {{ ref('cash_movements') }}
    group by booked_month
)

select
    result.booked_month,
    cast(result.revenue as decimal(18, 2)) as revenue,
    cast(result.costs as decimal(18, 2)) as costs,
    cast(result.result as decimal(18, 2)) as result,
    cast(coalesce(cash.net_cash, 0) as decimal(18, 2)) as net_cash,
    cast(coalesce(cash.movement_count, 0) as integer) as movement_count,
    '{{ var("reporting_currency") }}' as currency
from result
left join cash on result.booked_month = cash.booked_month
