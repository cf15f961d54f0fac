with lines as (
    select * from {{ ref('ledger_lines') }}
),

by_type as (
    select
        account_type,
        fiscal_quarter,
        sum(reporting_amount) as movement
    from lines
    group by account_type, fiscal_quarter
),

sided as (
    select
        fiscal_quarter,
        account_type,
        case
            when account_type in ('asset', 'expense') then 'debit'
            when account_type in ('liability', 'equity', 'income') then 'credit'
            else 'unknown'
        end as side,
        movement
    from by_type
)

select
    fiscal_quarter,
    account_type,
    side,
    movement,
    sum(movement) over (partition by account_type order by fiscal_quarter) as balance
from sided
