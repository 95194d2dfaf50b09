"""Reading that computes for long, in a process of its own beside each worker (ADR 16)."""
