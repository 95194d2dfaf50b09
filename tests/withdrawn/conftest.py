from tests.library.conftest import library

__all__ = ["library"]
