with accounts as (
    select * from {{ ref('base_accounts') }}
)

, revenue as (
    select
        account_id
      , max(month) as last_active_month
      , sum(mrr) as lifetime_mrr
      , max(seats) as most_seats
    from {{ ref('mrr') }}
    group by account_id
)

, billing as (
    select
        account_id
      , count(*) as invoice_count
      , count(*) filter (where invoice_status = 'overdue') as overdue_count
      , avg(days_to_pay) as average_days_to_pay
    from {{ ref('invoice_ledger') }}
    group by account_id
)

select
    accounts.account_id
  , accounts.account_name
  , accounts.industry
  , revenue.last_active_month
  , coalesce(revenue.lifetime_mrr, 0) as lifetime_mrr
  , revenue.most_seats
  , coalesce(billing.overdue_count, 0) as overdue_count
  , billing.average_days_to_pay
  , case
        when revenue.account_id is null then 'lost'
        when billing.overdue_count >= 2 then 'at risk'
        else 'healthy'
    end as health
from accounts
left join revenue on accounts.account_id = revenue.account_id
left join billing on accounts.account_id = billing.account_id
