WITH days AS (
    SELECT
        e.event_date,
        COUNT(DISTINCT e.user_id) AS active_users,
        COUNT(*) AS event_count
    FROM {{ ref('stg_events') }} AS e
    GROUP BY e.event_date
)

SELECT
    d.event_date,
    d.active_users,
    d.event_count,
    AVG(d.active_users) OVER (
        ORDER BY d.event_date
        ROWS BETWEEN 6 PRECEDING AND CURRENT ROW
    ) AS active_users_7_days
FROM days AS d
