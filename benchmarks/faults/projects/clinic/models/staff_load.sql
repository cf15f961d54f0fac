select
  d.specialty,
  d.staff_name,
  count(*) as visit_count,
  sum(d.nights) as nights,
  avg(d.nights) as average_nights,
  row_number() over (partition by d.specialty order by count(*) desc, d.staff_name) as place
from {{ ref('visit_details') }} d
group by d.specialty, d.staff_name
having count(*) > 1
