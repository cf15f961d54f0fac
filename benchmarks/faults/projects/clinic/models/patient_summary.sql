select
  p.patient_id,
  p.sex,
  p.age_group,
  coalesce(visit_counts.visit_count, 0) as visit_count,
  coalesce(visit_counts.total_nights, 0) as total_nights,
  visit_counts.last_visit_on,
  coalesce(r.readmission_count, 0) as readmission_count
from {{ ref('patients') }} p
left join (
  select
    patient_id,
    count(*) as visit_count,
    sum(nights) as total_nights,
    max(admitted_on) as last_visit_on
  from {{ ref('visits') }}
  group by patient_id
) visit_counts
  on p.patient_id = visit_counts.patient_id
left join (
  select
    patient_id,
    count(*) as readmission_count
  from {{ ref('readmissions') }}
  group by patient_id
) r
  on p.patient_id = r.patient_id
