{% snapshot accounts_snapshot %}
{{
    config(
        unique_key='account_id',
        strategy='timestamp',
        updated_at='updated_at'
    )
}}

select
    account_id
  , account_name
  , industry
  , updated_at
from {{ ref('base_accounts') }}

{% endsnapshot %}
