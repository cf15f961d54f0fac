with lines as (
    select * from {{ ref('ledger_lines') }}
),

tree as (
    select * from {{ ref('account_tree') }}
),

summed as (
    select
        account_code,
        booked_month,
        sum(case when reporting_amount > 0 then reporting_amount else 0 end) as debit_total,
        sum(case when reporting_amount < 0 then -reporting_amount else 0 end) as credit_total,
        sum(reporting_amount) as balance
    from lines
    group by account_code, booked_month
)

select
    summed.account_code,
    tree.account_path,
    tree.account_type,
    summed.booked_month,
    summed.debit_total,
    summed.credit_total,
    summed.balance,
    sum(summed.balance) over (
        partition by summed.account_code
        order by summed.booked_month
    ) as closing_balance
from summed
inner join tree on summed.account_code = tree.account_code
