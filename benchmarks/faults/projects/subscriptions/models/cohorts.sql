with first_months as (
    select
        account_id
      , min(month) as cohort_month
    from {{ ref('mrr') }}
    group by account_id
)

, activity as (
    select
        first_months.cohort_month
      , date_diff('month', first_months.cohort_month, mrr.month) as months_since
      , mrr.account_id
      , mrr.mrr
    from {{ ref('mrr') }} as mrr
    inner join first_months on mrr.account_id = first_months.account_id
)

select
    cohort_month
  , months_since
  , count(distinct account_id) as accounts
  , sum(mrr) as mrr
from activity
group by cohort_month, months_since
