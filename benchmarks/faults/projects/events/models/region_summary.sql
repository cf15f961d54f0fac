SELECT
    a.region,
    a.device,
    COUNT(*) AS user_count,
    SUM(a.session_count) AS session_count,
    SUM(a.purchase_count) AS purchase_count,
    {% if var('session_gap_minutes') >= 30 %}
    'long' AS session_kind,
    {% else %}
    'short' AS session_kind,
    {% endif %}
    MAX(a.last_session_on) AS last_session_on
FROM {{ ref('user_activity') }} AS a
GROUP BY a.region, a.device
