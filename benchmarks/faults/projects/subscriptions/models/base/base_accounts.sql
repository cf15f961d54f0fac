select
    account_id
  , account_name
  , industry
  , country_code
  , cast(created_at as timestamp) as created_at
  , cast(updated_at as timestamp) as updated_at
from {{ ref('accounts') }}
