"""Healing a dbt project: what broke, why, what may be tried, whether it is right."""
