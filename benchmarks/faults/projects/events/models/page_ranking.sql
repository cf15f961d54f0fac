WITH pages AS (
    SELECT
        e.page_path,
        u.region,
        COUNT(*) AS view_count
    FROM {{ ref('stg_events') }} AS e
    INNER JOIN {{ ref('stg_users') }} AS u
        ON e.user_id = u.user_id
    WHERE e.event_type = 'page_view'
    GROUP BY e.page_path, u.region
)

SELECT
    p.region,
    p.page_path,
    p.view_count,
    DENSE_RANK() OVER (PARTITION BY p.region ORDER BY p.view_count DESC) AS rank_in_region
FROM pages AS p
