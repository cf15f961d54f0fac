"""A hundred kinds of fault, put into five dbt projects, and a judge of what heals them."""
