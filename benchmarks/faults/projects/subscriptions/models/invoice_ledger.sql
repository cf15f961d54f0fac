{{
    config(
        materialized='incremental',
        unique_key='invoice_id',
        on_schema_change='fail'
    )
}}

select
    invoices.invoice_id
  , invoices.account_id
  , accounts.industry
  , {{ month_of('invoices.issued_on') }} as invoice_month
  , invoices.issued_on
  , invoices.amount
  , invoices.invoice_status
  , case
        when invoices.paid_on is null then null
        else date_diff('day', invoices.issued_on, invoices.paid_on)
    end as days_to_pay
from {{ ref('base_invoices') }} as invoices
inner join {{ ref('base_accounts') }} as accounts
    on invoices.account_id = accounts.account_id
{% if is_incremental() %}
where invoices.issued_on >= (select max(issued_on) from {{ this }})
{% endif %}
