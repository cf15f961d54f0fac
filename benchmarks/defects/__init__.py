"""How good the linter is: clean projects, defects that careless people plant into them, and what `agentic lint` says."""
