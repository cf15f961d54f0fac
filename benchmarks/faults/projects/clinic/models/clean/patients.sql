select
  "Patient ID" as patient_id,
  "Sex" as sex,
  cast("Birth Date" as date) as birth_date,
  "Postal Code" as postal_code,
  {{ age_group("date_diff('year', cast(\"Birth Date\" as date), date '2024-12-31')") }} as age_group
from {{ ref('raw_patients') }}
