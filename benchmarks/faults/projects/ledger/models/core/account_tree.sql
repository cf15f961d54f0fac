with recursive accounts as (
    select * from {{ ref('base_accounts') }}
),

tree as (
    select
        accounts.account_code,
        accounts.account_name,
        accounts.account_type,
        1 as depth,
        accounts.account_name as account_path
    from accounts
    where accounts.parent_code is null

    union all

    select
        accounts.account_code,
        accounts.account_name,
        accounts.account_type,
        tree.depth + 1 as depth,
        tree.account_path || ' > ' || accounts.account_name as account_path
    from accounts
    inner join tree on accounts.parent_code = tree.account_code
)

select
    account_code,
    account_name,
    account_type,
    depth,
    account_path
from tree
