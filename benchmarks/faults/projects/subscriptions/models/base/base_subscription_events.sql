select
    event_id
  , account_id
  , plan_id
  , event_type
  , seats
  , cast(occurred_on as date) as occurred_on
from {{ ref('subscription_events') }}
where event_type in ('started', 'changed', 'cancelled')
