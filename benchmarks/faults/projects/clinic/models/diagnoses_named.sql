select
  d.diagnosis_id,
  d.visit_id,
  d.diagnosis_code,
  coalesce(m."Chapter", 'Other') as chapter,
  d.diagnosis_rank
from {{ ref('diagnoses') }} d
left join {{ ref('chapters') }} m
  on d.chapter_letter = m."Letter"
