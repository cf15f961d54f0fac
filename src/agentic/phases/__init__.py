"""The seven phases: what each asks for, and whether it is there."""
