with mrr as (
    select * from {{ ref('mrr') }}
)

, compared as (
    select
        account_id
      , month
      , mrr
      , coalesce(lag(mrr) over (partition by account_id order by month), 0) as previous_mrr
      , lag(month) over (partition by account_id order by month) as previous_month
    from mrr
)

select
    account_id
  , month
  , mrr
  , previous_mrr
  , mrr - previous_mrr as change_amount
  , case
        when previous_month is null then 'new'
        when mrr > previous_mrr then 'expansion'
        when mrr < previous_mrr then 'contraction'
        else 'retained'
    end as movement
from compared
