with entries as (
    select * from {{ ref('base_entries') }}
),

lines as (
    select * from {{ ref('base_lines') }}
),

rates as (
    select * from {{ ref('base_rates') }}
),

accounts as (
    select * from {{ ref('base_accounts') }}
),

dated as (
    select
        lines.line_id,
        lines.entry_id,
        entries.booked_on,
        cast(date_trunc('month', entries.booked_on) as date) as booked_month,
        entries.currency,
        lines.account_code,
        {{ signed_amount('lines.debit', 'lines.credit') }} as amount
    from lines
    inner join entries on lines.entry_id = entries.entry_id
),

converted as (
    select
        dated.line_id,
        dated.entry_id,
        dated.booked_on,
        dated.booked_month,
        dated.account_code,
        dated.currency,
        dated.amount,
        coalesce(rates.rate, 1) as rate,
        {{ in_reporting_currency('dated.amount', 'coalesce(rates.rate, 1)') }} as reporting_amount
    from dated
    left join rates
        on dated.currency = rates.currency
        and dated.booked_month = rates.valid_month
)

select
    converted.line_id,
    converted.entry_id,
    converted.booked_on,
    converted.booked_month,
    {{ fiscal_quarter('converted.booked_on') }} as fiscal_quarter,
    converted.account_code,
    accounts.account_name,
    accounts.account_type,
    converted.currency,
    converted.amount,
    converted.rate,
    converted.reporting_amount
from converted
left join accounts on converted.account_code = accounts.account_code
where year(converted.booked_on) = {{ var('fiscal_year') }}
