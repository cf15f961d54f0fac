"""The only doors to a subprocess: shell, sandbox, git."""
