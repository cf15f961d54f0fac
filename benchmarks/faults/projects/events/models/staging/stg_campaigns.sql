SELECT
    c.campaign_code,
    c.campaign_name,
    c.medium,
    c.budget
FROM {{ ref('raw_campaigns') }} AS c
