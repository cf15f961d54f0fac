with months as (
    select * from {{ ref('months') }}
)

, periods as (
    select * from {{ ref('subscription_periods') }}
)

, accounts as (
    select * from {{ ref('base_accounts') }}
)

, active as (
    select
        accounts.account_id
      , months.month
      , periods.plan_name
      , periods.seats
      , periods.monthly_amount
      , row_number() over (
            partition by accounts.account_id, months.month
            order by periods.valid_from desc, periods.period_id desc
        ) as newest
    from accounts
    cross join months
    inner join periods
        on accounts.account_id = periods.account_id
        and periods.valid_from <= months.month_end
        and (periods.valid_to is null or periods.valid_to > months.month_end)
)

select
    account_id
  , month
  , plan_name
  , seats
  , monthly_amount as mrr
from active
where newest = 1
