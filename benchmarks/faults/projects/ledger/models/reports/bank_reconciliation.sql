-- depends_on: {{ ref('bank_statement') }}
with statement as (
    select
        statement_id,
        cast(value_date as date) as value_date,
        reference,
        cast(amount as decimal(18, 2)) as statement_amount
    from {{ source('bank', 'bank_statement') }}
),

entries as (
    select * from {{ ref('base_entries') }}
),

bank_lines as (
    select
        entries.reference,
        sum(lines.reporting_amount) as booked_amount
    from {{ ref('ledger_lines') }} as lines
    inner join entries on lines.entry_id = entries.entry_id
    where lines.account_code = 1200
    group by entries.reference
),

matched as (
    select
        statement.statement_id,
        statement.value_date,
        statement.reference,
        statement.statement_amount,
        bank_lines.booked_amount
    from statement
    left join bank_lines on statement.reference = bank_lines.reference
)

select
    statement_id,
    value_date,
    reference,
    statement_amount,
    booked_amount,
    case
        when booked_amount is null then 'missing'
        when abs(booked_amount - statement_amount) < 0.01 then 'matched'
        else 'differs'
    end as match_status
from matched
