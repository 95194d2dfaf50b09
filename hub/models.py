"""All models, so that the metadata is complete wherever the whole schema is meant."""

from hub.accounts import models as accounts
from hub.audiences import models as audiences
from hub.consultations import models as consultations
from hub.exchange import models as exchange
from hub.feed import models as feed
from hub.files import models as files
from hub.inbox import models as inbox
from hub.installation import Installation
from hub.library import models as library
from hub.notes import models as notes
from hub.records import models as records
from hub.rooms import models as rooms
from hub.search import models as search
from hub.sharing import models as sharing
from hub.spreading import models as spreading
from hub.threads import models as threads
from hub.visits import models as visits

__all__ = [
    "Installation",
    "accounts",
    "audiences",
    "consultations",
    "exchange",
    "feed",
    "files",
    "inbox",
    "library",
    "notes",
    "records",
    "rooms",
    "spreading",
    "search",
    "sharing",
    "threads",
    "visits",
]
