select
    months.month
  , count(distinct movements.account_id) as active_accounts
  , coalesce(sum(movements.mrr), 0) as total_mrr
{%- for movement in ['new', 'expansion', 'contraction'] %}
  , coalesce(sum(case when movements.movement = '{{ movement }}' then movements.change_amount end), 0) as {{ movement }}_mrr
{%- endfor %}
from {{ ref('months') }} as months
left join {{ ref('mrr_movements') }} as movements
    on months.month = movements.month
group by months.month
