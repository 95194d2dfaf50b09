"""Tables that people send, read once for everybody who takes some in: .xlsx, and text with separators as any program
writes it. What cannot be read without losing or changing something is told with its row."""
