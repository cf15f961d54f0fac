-- depends_on: {{ ref('gl_accounts') }}
select
    account_code,
    account_name,
    account_type,
    parent_code
from {{ source('erp', 'gl_accounts') }}
