"""Bodies and people of the demo: real municipalities, invented people (架空)."""

import csv
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.clock import japan_today, start_of_japan_day, utc_now
from hub.events.happenings import happened
from hub.people.fields import ensure_fields
from hub.people.happenings import OrganisationAdded, ProfileSaved
from hub.people.models import Duty, Expertise, Field, Holding, Organisation, Posting, Section, Staff
from hub.rooms.services import ensure_member, grant_dx_section

DATA = Path(__file__).parent / "data"


@dataclass
class Cast:
    """Who plays: organisations by code and by name, staff by the key used in the data files."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    sections: dict[tuple[int, str], Section] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    duties: dict[str, Duty] = field(default_factory=dict)


def read_json(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def load_people(session: Session, password_hash: str) -> Cast:
    """Everybody of the data files, posted two years ago. Runs in an empty database."""
    people, cast = read_json("people.json"), Cast()
    ensure_fields(session)
    for row in [*_csv("municipalities.csv"), *_csv("fictional.csv"), *people["bodies"]]:
        _add_organisation(session, cast, row)
    session.flush()
    since = utc_now() - timedelta(days=730)
    for row in people["people"]:
        _add_person(session, cast, row, password_hash, since)
    grant_dx_section(session)
    for organisation in {o.id: o for o in cast.organisations.values()}.values():
        if organisation.side == "municipality":
            ensure_member(session, organisation)
    for row in people["duties"]:
        _add_duty(session, cast, row, since)
    _name_deputies(cast, people["duties"])
    return cast


def _csv(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _add_organisation(session: Session, cast: Cast, row: dict[str, Any]) -> None:
    organisation = Organisation(
        code=row.get("code") or None,
        name=row["name"],
        kana=row.get("kana", ""),
        kind=row["kind"],
        district=row.get("district") or "",
        population=int(row["population"]) if row.get("population") else None,
        population_as_of=row.get("population_as_of") or None,
        source=row.get("source") or "",
        member=row.get("member", True),
        mail_domains=[],
    )
    session.add(organisation)
    session.flush()
    happened(session, None, OrganisationAdded(organisation_id=organisation.id))
    cast.organisations[organisation.name] = organisation
    if organisation.code:
        cast.organisations[organisation.code] = organisation


def _section(session: Session, cast: Cast, organisation: Organisation, name: str, is_dx: bool = False) -> Section:
    key = (organisation.id, name)
    if key not in cast.sections:
        cast.sections[key] = Section(organisation_id=organisation.id, name=name, is_dx=is_dx)
        session.add(cast.sections[key])
        session.flush()
    return cast.sections[key]


def _add_person(session: Session, cast: Cast, row: dict[str, Any], password_hash: str, since: datetime) -> None:
    organisation = cast.organisations[row["organisation"]]
    is_dx = organisation.side == "prefecture" and row["role"] in ("lead", "supporter", "admin")
    staff = Staff(
        email=row["email"].lower(),
        name=row["name"],
        kana=row["kana"],
        extension=row.get("extension") or "",
        shared=row.get("shared", False),
        password_hash=password_hash,
        created_at=since,
    )
    session.add(staff)
    session.flush()
    section = _section(session, cast, organisation, row["section"], is_dx)
    session.add(Posting(staff_id=staff.id, section_id=section.id, role=row["role"], from_at=since))
    for also in row.get("also", []):
        section = _section(session, cast, cast.organisations[also["organisation"]], also["section"])
        further = Posting(staff_id=staff.id, section_id=section.id, role=also["role"], from_at=since)
        further.until_at = utc_now() + timedelta(days=also["until_day"])
        session.add(further)
    domain = staff.email.partition("@")[2]
    if domain not in organisation.mail_domains:
        organisation.mail_domains = [*organisation.mail_domains, domain]
    for name in row.get("fields", []):
        field_id = session.scalars(sa.select(Field.id).where(Field.name == name)).one()
        session.add(Expertise(staff_id=staff.id, field_id=field_id))
    happened(session, None, ProfileSaved(staff.id))
    cast.staff[row["key"]] = staff


def _add_duty(session: Session, cast: Cast, row: dict[str, Any], since: datetime) -> None:
    organisation = cast.organisations[row["organisation"]]
    accompanies = cast.organisations[row["accompanies"]].id if row.get("accompanies") else None
    section = _section(session, cast, organisation, row["section"])
    duty = Duty(section_id=section.id, name=row["name"], organisation_id=accompanies)
    if row.get("absent"):
        duty.absent_from = start_of_japan_day(japan_today() - timedelta(days=row["absent"]["from_day"]))
        duty.absent_until = start_of_japan_day(japan_today() - timedelta(days=row["absent"]["until_day"]))
    session.add(duty)
    session.flush()
    if row.get("holder"):
        session.add(Holding(duty_id=duty.id, staff_id=cast.staff[row["holder"]].id, from_at=since))
    cast.duties[row["key"]] = duty


def _name_deputies(cast: Cast, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if row.get("deputy"):
            cast.duties[row["key"]].deputy_duty_id = cast.duties[row["deputy"]].id
