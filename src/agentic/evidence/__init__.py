"""Requirements, tasks and executions side by side: trace, drift and metrics. Nouns in, nouns out; nothing is read here."""
