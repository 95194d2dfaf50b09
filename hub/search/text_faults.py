"""Whether what went wrong is a matter of the text that was being looked at, which is then set aside."""

import sqlalchemy.exc
from sqlalchemy.exc import SQLAlchemyError

from hub.errors import HubError
from hub.reading.reader import ReadingEnded, ReadingFailed


def is_of_a_text(fault: Exception) -> bool:
    """Not of a database that does not answer, or that is not what the code knows: then nothing is wrong with the texts
    and all are tried again. A fault of the reading process says no more than its kind."""
    kind = str(fault).rpartition(": ")[2] if isinstance(fault, ReadingFailed) else ""
    of_data_base = isinstance(fault, SQLAlchemyError) or hasattr(sqlalchemy.exc, kind)
    return isinstance(fault, ReadingEnded) or not (of_data_base or isinstance(fault, HubError))
