SELECT f.step_name
FROM {{ ref('funnel') }} AS f
WHERE f.session_count > f.first_step_count
