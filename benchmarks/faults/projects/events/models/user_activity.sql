SELECT
    u.user_id,
    u.device,
    u.region,
    u.registered_on,
    COUNT(s.session_id) AS session_count,
    COALESCE(SUM(s.event_count), 0) AS event_count,
    COALESCE(SUM(s.purchase_count), 0) AS purchase_count,
    MIN(s.session_date) AS first_session_on,
    MAX(s.session_date) AS last_session_on,
    COALESCE(AVG(s.length_minutes), 0) AS average_length
FROM {{ ref('stg_users') }} AS u
LEFT JOIN {{ ref('sessions') }} AS s
    ON u.user_id = s.user_id
GROUP BY u.user_id, u.device, u.region, u.registered_on
