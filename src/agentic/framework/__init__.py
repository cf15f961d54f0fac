"""The files of a fresh project, and what has become of them since."""
