"""メール: what leaves the hub as e-mail, written down in a transaction and handed over by a job (ADR 33)."""
