"""The library of the tests is one for 視察 too."""

from tests.library.conftest import Library, library

__all__ = ["Library", "library"]
