-- depends_on: {{ ref('fx_rates') }}
select
    currency,
    cast(valid_month as date) as valid_month,
    cast(rate as decimal(18, 6)) as rate
from {{ source('erp', 'fx_rates') }}
