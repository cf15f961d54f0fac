SELECT
    u.user_id,
    u.device,
    u.region,
    CAST(u.registered_on AS DATE) AS registered_on
FROM {{ ref('raw_users') }} AS u
