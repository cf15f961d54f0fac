WITH ordered AS (
    SELECT
        e.*,
        LAG(e.occurred_at) OVER (PARTITION BY e.user_id ORDER BY e.occurred_at, e.event_id) AS previous_at
    FROM {{ ref('stg_events') }} AS e
),

marked AS (
    SELECT
        o.event_id,
        o.user_id,
        o.event_type,
        o.page_path,
        o.campaign_code,
        o.occurred_at,
        o.event_date,
        CASE
            WHEN o.previous_at IS NULL THEN 1
            WHEN {{ minutes_between('o.previous_at', 'o.occurred_at') }} > {{ var('session_gap_minutes') }} THEN 1
            ELSE 0
        END AS is_new_session
    FROM ordered AS o
)

SELECT
    m.event_id,
    m.user_id,
    m.event_type,
    m.page_path,
    m.campaign_code,
    m.occurred_at,
    m.event_date,
    SUM(m.is_new_session) OVER (
        PARTITION BY m.user_id
        ORDER BY m.occurred_at, m.event_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS session_number
FROM marked AS m
