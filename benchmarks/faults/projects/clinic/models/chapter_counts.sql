select
  n.chapter,
  count(distinct n.visit_id) as visit_count,
  count(distinct v.patient_id) as patient_count
from {{ ref('diagnoses_named') }} n
inner join {{ ref('visits') }} v
  on n.visit_id = v.visit_id
where n.diagnosis_rank <= {{ var('ranks', 3) }}
group by n.chapter
