"""`make test`: runs every part of the suite, some at once, and says what ran and what failed."""
