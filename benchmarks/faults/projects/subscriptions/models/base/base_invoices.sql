select
    invoice_id
  , account_id
  , cast(issued_on as date) as issued_on
  , cast(due_on as date) as due_on
  , cast(paid_on as date) as paid_on
  , amount
  , status as invoice_status
from {{ ref('invoices') }}
