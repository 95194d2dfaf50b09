"""Passwords: argon2id in the thread pool."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hub import pool

# OWASP's minimum for argon2id (19 MiB, 2 passes, 1 lane): 600 sign-ins within two minutes must fit on two cores.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_password(password: str) -> str:
    return pool.run(_hasher.hash, password)


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


_NOBODY = _hasher.hash("nobody's password")


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password is right. Without a stored hash it takes as long and is wrong: timing tells nothing."""
    right = pool.run(_matches, stored or _NOBODY, password)
    return right and stored is not None
