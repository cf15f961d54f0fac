select
  v.visit_id,
  v.patient_id,
  p.sex,
  p.age_group,
  v.admitted_on,
  v.discharged_on,
  v.visit_kind,
  v.nights,
  s.staff_name,
  s.specialty,
  main_diagnosis.diagnosis_code,
  main_diagnosis.chapter
from {{ ref('visits') }} v
left join {{ ref('patients') }} p
  on v.patient_id = p.patient_id
left join {{ ref('staff') }} s
  on v.staff_id = s.staff_id
left join (
  select
    visit_id,
    diagnosis_code,
    chapter
  from {{ ref('diagnoses_named') }}
  where diagnosis_rank = 1
) main_diagnosis
  on v.visit_id = main_diagnosis.visit_id
