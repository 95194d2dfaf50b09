"""Files as they hang on messages, notes and cases: who may fetch them, and what becomes of them there."""
