-- Money is neither lost nor doubled between the order lines and the customers.
select lines.amount as of_lines, customers.amount as of_customers
from (select sum(line_total) as amount from {{ ref('stg_orders') }} where status <> 'cancelled') as lines,
     (select sum(amount) as amount from {{ ref('customer_orders') }}) as customers
where lines.amount is distinct from customers.amount
