-- depends_on: {{ ref('journal_lines') }}
select
    line_id,
    entry_id,
    account_code,
    cast(debit as decimal(18, 2)) as debit,
    cast(credit as decimal(18, 2)) as credit
from {{ source('erp', 'journal_lines') }}
