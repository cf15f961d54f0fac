select
  v."Visit ID" as visit_id,
  v."Patient ID" as patient_id,
  v."Staff ID" as staff_id,
  cast(v."Admitted" as date) as admitted_on,
  cast(v."Discharged" as date) as discharged_on,
  v."Kind" as visit_kind,
  {{ days_between('cast(v."Admitted" as date)', 'cast(v."Discharged" as date)') }} as nights
from {{ ref('raw_visits') }} v
