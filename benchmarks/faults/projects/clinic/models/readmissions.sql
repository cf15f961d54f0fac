select
  numbered.visit_id,
  numbered.patient_id,
  numbered.admitted_on,
  numbered.previous_discharge,
  {{ days_between('numbered.previous_discharge', 'numbered.admitted_on') }} as days_since
from (
  select
    v.visit_id,
    v.patient_id,
    v.admitted_on,
    lag(v.discharged_on) over (partition by v.patient_id order by v.admitted_on, v.visit_id) as previous_discharge
  from {{ ref('visits') }} v
  where v.visit_kind = 'inpatient'
) numbered
where numbered.previous_discharge is not null
  and {{ days_between('numbered.previous_discharge', 'numbered.admitted_on') }} between 0 and {{ var('readmission_days') }}
