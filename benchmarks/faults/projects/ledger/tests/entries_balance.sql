select
    entry_id,
    sum(amount) as difference
from {{ ref('ledger_lines') }}
group by entry_id
having abs(sum(amount)) > 0.001
