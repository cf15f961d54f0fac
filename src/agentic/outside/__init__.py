"""The only doors to what is outside: a command, the sandbox it runs in, git, and the clock."""
