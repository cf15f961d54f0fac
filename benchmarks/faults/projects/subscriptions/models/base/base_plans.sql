select
    plan_id
  , plan_name
  , billing_interval
  , price
  , {{ monthly_amount('price', 'billing_interval') }} as monthly_price
from {{ ref('plans') }}
