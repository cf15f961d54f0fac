select a.visit_id
from {{ ref('visits') }} a
inner join {{ ref('visits') }} b
  on a.patient_id = b.patient_id
  and a.visit_id < b.visit_id
  and a.visit_kind = 'inpatient'
  and b.visit_kind = 'inpatient'
  and a.admitted_on < b.discharged_on
  and b.admitted_on < a.discharged_on
