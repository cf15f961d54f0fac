select
  s."Staff ID" as staff_id,
  s."Name" as staff_name,
  c."Specialty" as specialty
from {{ ref('raw_staff') }} s
left join {{ ref('specialty_codes') }} c
  on s."Specialty Code" = c."Specialty Code"
