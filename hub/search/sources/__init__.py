"""Where documents come from: for each kind the rows of its own table as they are now. Indexing and showing use the
same, so nothing is ever shown that the original does not say any more."""
