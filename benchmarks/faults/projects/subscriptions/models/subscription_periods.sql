with events as (
    select * from {{ ref('base_subscription_events') }}
)

, plans as (
    select * from {{ ref('base_plans') }}
)

, ordered as (
    select
        events.event_id
      , events.account_id
      , events.plan_id
      , events.event_type
      , events.seats
      , events.occurred_on as valid_from
      , lead(events.occurred_on) over (
            partition by events.account_id
            order by events.occurred_on, events.event_id
        ) as valid_to
    from events
)

select
    ordered.event_id as period_id
  , ordered.account_id
  , ordered.plan_id
  , plans.plan_name
  , ordered.seats
  , ordered.valid_from
  , ordered.valid_to
  , plans.monthly_price * ordered.seats as monthly_amount
from ordered
inner join plans on ordered.plan_id = plans.plan_id
where ordered.event_type <> 'cancelled'
