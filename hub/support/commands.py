"""What people do with a karte, as frozen commands."""

from datetime import date
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from hub.feed.payloads import STRICT, ClientId, Id, Typed

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
Number = Annotated[int, Field(ge=0, le=1_000_000)]


@dataclass(config=STRICT)
class RecordFact:
    """`number`: of the statement that was read, 0 where there was none. With another before it, `reason` says why; an
    empty value says that what was said no longer holds."""

    organisation_id: Id
    client_id: ClientId
    name: Typed
    number: Number = 0
    item: Typed = ""
    value: Typed = ""
    source: Typed = ""
    as_of: Day | None = None
    reason: Typed = ""
