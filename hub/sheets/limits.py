"""How much a table may be. One place for all that take tables in."""

from hub.confined.limits import Limits, MiB

MOST_BYTES = 20 * MiB
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_CELLS = 1_000_000
MOST_CELL_CHARS = 40_000  # Excel's own end is at 32,767
MOST_PART_BYTES = 200 * MiB  # of one part of a workbook, unpacked
READING = Limits(memory_bytes=640 * MiB, cpu_s=40, wall_s=120.0)
