with lines as (
    select * from {{ ref('ledger_lines') }}
),

received as (
    select
        booked_month,
        entry_id,
        'in' as direction,
        reporting_amount as amount
    from lines
    where account_code = 1200 and reporting_amount > 0
),

spent as (
    select
        booked_month,
        entry_id,
        'out' as direction,
        -reporting_amount as amount
    from lines
    where account_code = 1200 and reporting_amount < 0
)

select * from received
union all
select * from spent
