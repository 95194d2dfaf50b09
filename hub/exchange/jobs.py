"""The job that takes in a file of cases."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TakeFile:
    """Take in a file to which its sender has said yes, with the right of that sign-in (0: of the person)."""

    file_id: int
    staff_id: int
    sign_in_id: int
