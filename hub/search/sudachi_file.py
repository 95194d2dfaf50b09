"""Files in the Sudachi synonym format: groups of lines, the ninth column the word, the third 2 for one to leave out."""

import csv
from collections import defaultdict

GROUP, LEAVE_OUT, WORD = 0, 2, 8


def read_groups(text: str) -> list[tuple[str, ...]]:
    """The groups with two words or more; lines of another shape are passed over."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for row in csv.reader(text.splitlines(), quoting=csv.QUOTE_NONE):
        if len(row) > WORD and row[GROUP].isdigit() and row[LEAVE_OUT] != "2" and row[WORD].strip():
            found[row[GROUP]][row[WORD].strip()] = None
    return [tuple(words) for words in found.values() if len(words) > 1]
