"""What is kept for a time and then goes: rows that only say what has been (ADR 13)."""
