select
  months.visit_month,
  months.visit_kind,
  months.visit_count,
  (
    select count(*)
    from {{ ref('readmissions') }} r
    where cast(date_trunc('month', r.admitted_on) as date) = months.visit_month
  ) as readmission_count
from (
  select
    cast(date_trunc('month', v.admitted_on) as date) as visit_month,
    v.visit_kind,
    count(*) as visit_count
  from {{ ref('visits') }} v
  group by 1, 2
) months
