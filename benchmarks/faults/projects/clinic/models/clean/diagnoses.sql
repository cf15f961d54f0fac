select
  d."Diagnosis ID" as diagnosis_id,
  d."Visit ID" as visit_id,
  d."Code" as diagnosis_code,
  upper(substr(d."Code", 1, 1)) as chapter_letter,
  d."Rank" as diagnosis_rank
from {{ ref('raw_diagnoses') }} d
