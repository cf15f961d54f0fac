WITH touched AS (
    SELECT
        s.session_id,
        s.user_id,
        s.campaign_code,
        s.has_converted,
        ROW_NUMBER() OVER (PARTITION BY s.user_id ORDER BY s.session_number) AS touch_number
    FROM {{ ref('sessions') }} AS s
    WHERE s.campaign_code IS NOT NULL
),

counted AS (
    SELECT
        t.campaign_code,
        COUNT(*) AS session_count,
        {{ count_if('t.touch_number = 1') }} AS first_touch_count,
        {{ count_if('t.has_converted') }} AS conversion_count
    FROM touched AS t
    GROUP BY t.campaign_code
)

SELECT
    c.campaign_code,
    c.campaign_name,
    c.medium,
    c.budget,
    COALESCE(n.session_count, 0) AS session_count,
    COALESCE(n.first_touch_count, 0) AS first_touch_count,
    COALESCE(n.conversion_count, 0) AS conversion_count,
    {{ share_of('COALESCE(n.conversion_count, 0)', 'COALESCE(n.session_count, 0)') }} AS conversion_rate
FROM {{ ref('stg_campaigns') }} AS c
LEFT JOIN counted AS n
    ON c.campaign_code = n.campaign_code
