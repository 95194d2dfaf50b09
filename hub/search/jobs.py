"""What search does later: keeping the index, which the outbox tells what to do, and looking who is found by date."""

from dataclasses import dataclass

from hub.db import db
from hub.jobs.leasing import Lease
from hub.search.people_by_date import name_people_by_date

INDEX_PAUSE_S = 0.5  # what other processes wrote is found after so long
INDEX_TOGETHER_S = 0.05  # several posts at once become one step
DATES_S = 60.0  # so long at most a person is found who is posted nowhere any more, or under the old section


@dataclass(frozen=True)
class NamePeopleByDate:
    """Postings begin and end by their date."""


def name_people(_job: NamePeopleByDate, _lease: Lease) -> None:
    name_people_by_date(db)
