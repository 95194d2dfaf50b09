"""What happened: a service says it once, and whoever reacts to it follows in the same transaction (ADR 26)."""
