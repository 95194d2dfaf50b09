"""What a write has to have computed before it begins: in its transaction others wait for it."""

from typing import Any

Made = dict[Any, Any]


class NotYet(Exception):
    """Raised in a write transaction, which is taken back. `make` computes what is missing, where nobody waits; the next
    transaction has it in `session.info["ahead"]`."""

    def make(self, made: Made) -> None:
        raise NotImplementedError
