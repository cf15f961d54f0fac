select
    account_id
  , month
  , count(*) as times
from {{ ref('mrr') }}
group by account_id, month
having count(*) > 1
