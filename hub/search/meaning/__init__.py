"""Searching by what is meant, beside searching by words (ADR 27)."""
