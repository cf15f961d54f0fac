{% set steps = ['page_view', 'add_to_cart', 'checkout', 'purchase'] %}

WITH reached AS (
    {% for step in steps %}
    SELECT
        {{ loop.index }} AS step_number,
        '{{ step }}' AS step_name,
        COUNT(DISTINCT s.session_id) AS session_count
    FROM {{ ref('sessions') }} AS s
    WHERE s.{{ step }}_count > 0
    {% if not loop.last %}UNION ALL{% endif %}
    {% endfor %}
)

SELECT
    r.step_number,
    r.step_name,
    r.session_count,
    FIRST_VALUE(r.session_count) OVER (ORDER BY r.step_number) AS first_step_count,
    {{ share_of('r.session_count', 'FIRST_VALUE(r.session_count) OVER (ORDER BY r.step_number)') }} AS share_of_first
FROM reached AS r
