"""Search over everything that a person may read (ADR on search): analysis, index, query, suggestion."""
