SELECT
    e.event_id,
    e.user_id,
    e.event_type,
    e.page_path,
    e.campaign_code,
    CAST(e.occurred_at AS TIMESTAMP) AS occurred_at,
    CAST(e.occurred_at AS DATE) AS event_date
FROM {{ ref('raw_events') }} AS e
WHERE e.event_type IN (
    {%- for event_type in var('event_types') %}
    '{{ event_type }}'{{ "," if not loop.last }}
    {%- endfor %}
)
