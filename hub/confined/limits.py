"""What a file may take while it is read. Imports nothing, so that the process that reads it begins soon."""

from dataclasses import dataclass

MiB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Of one file. `memory_bytes` beyond what the interpreter itself takes; `cpu_s` of computing; `wall_s` in all;
    `answer_bytes` that the other side may say."""

    memory_bytes: int
    cpu_s: int
    wall_s: float
    answer_bytes: int = 256 * MiB
