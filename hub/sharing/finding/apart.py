"""What the reading process is asked for: it has the dictionary, and time."""

from sqlalchemy.orm import Session

from hub.reading.registry import reading
from hub.sharing.details import Detail, Known, find_details


@reading(limit_s=20.0, yields_s=1.0)
def details_apart(_session: Session, texts: tuple[str, ...], known: Known) -> list[tuple[Detail, ...]]:
    return [tuple(find_details(text, known)) for text in texts]
