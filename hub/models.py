"""All models, so that the metadata is complete wherever the whole schema is meant."""

from hub.access_changes import AccessChange
from hub.audiences import models as audiences
from hub.feed import models as feed
from hub.files import models as files
from hub.inbox import models as inbox
from hub.installation import Installation
from hub.jobs import models as jobs
from hub.library import models as library
from hub.mail import models as mail
from hub.people import models as accounts
from hub.records import models as records
from hub.rooms import models as rooms
from hub.search import models as search
from hub.sharing import models as sharing
from hub.spreading import models as spreading
from hub.support import models as support
from hub.threads import models as threads
from hub.threads.consultations import models as consultations
from hub.threads.notes import models as notes
from hub.threads.pseudonyms import models as pseudonyms
from hub.visits import models as visits

__all__ = [
    "AccessChange",
    "Installation",
    "accounts",
    "audiences",
    "consultations",
    "feed",
    "files",
    "inbox",
    "jobs",
    "library",
    "mail",
    "notes",
    "pseudonyms",
    "records",
    "rooms",
    "spreading",
    "search",
    "sharing",
    "support",
    "threads",
    "visits",
]
