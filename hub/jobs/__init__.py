"""Work for later: rows that a transaction writes with what causes them, and what does them afterwards."""
