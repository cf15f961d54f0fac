"""The corridor and its doors: propose -> decide -> apply -> verify -> record."""
