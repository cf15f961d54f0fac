WITH grouped AS (
    SELECT
        m.user_id,
        m.session_number,
        MIN(m.occurred_at) AS started_at,
        MAX(m.occurred_at) AS ended_at,
        COUNT(*) AS event_count,
        {%- for event_type in var('event_types') %}
        {{ count_if("m.event_type = '" ~ event_type ~ "'") }} AS {{ event_type }}_count,
        {%- endfor %}
        MIN(m.campaign_code) AS campaign_code
    FROM {{ ref('events_marked') }} AS m
    GROUP BY m.user_id, m.session_number
)

SELECT
    g.user_id || '-' || g.session_number AS session_id,
    g.user_id,
    g.session_number,
    g.started_at,
    CAST(g.started_at AS DATE) AS session_date,
    {{ minutes_between('g.started_at', 'g.ended_at') }} AS length_minutes,
    g.event_count,
    g.page_view_count,
    g.add_to_cart_count,
    g.checkout_count,
    g.purchase_count,
    g.campaign_code,
    g.{{ var('conversion_event') }}_count > 0 AS has_converted
FROM grouped AS g
