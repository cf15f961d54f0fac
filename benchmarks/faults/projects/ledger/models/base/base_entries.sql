-- depends_on: {{ ref('journal_entries') }}
select
    entry_id,
    cast(booked_on as date) as booked_on,
    currency,
    reference,
    posted_by
from {{ source('erp', 'journal_entries') }}
