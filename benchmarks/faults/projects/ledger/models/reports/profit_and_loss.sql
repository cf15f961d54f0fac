with balances as (
    select * from {{ ref('trial_balance') }}
),

revenue as (
    select
        booked_month,
        'revenue' as section,
        -sum(balance) as amount
    from balances
    where account_type = 'income'
    group by booked_month
),

costs as (
    select
        booked_month,
        'costs' as section,
        -sum(balance) as amount
    from balances
    where account_type = 'expense'
    group by booked_month
),

both_sections as (
    select booked_month, section, amount from revenue
    union all
    select booked_month, section, amount from costs
)

select
    booked_month,
    sum(case when section = 'revenue' then amount else 0 end) as revenue,
    sum(case when section = 'costs' then amount else 0 end) as costs,
    sum(amount) as result
from both_sections
group by booked_month
