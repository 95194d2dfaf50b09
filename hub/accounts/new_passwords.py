"""The one way to a new password, on whichever page it is typed: everything that sets one takes a `NewPassword`."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub import pool
from hub.accounts.guessable import is_guessable
from hub.config import Config
from hub.errors import ValidationFailed
from hub.people.input import check_new_password
from hub.people.models import Organisation, Posting, Section, Staff
from hub.security.passwords import hash_password, verify_password


@dataclass(frozen=True)
class NewPassword:
    """Looked at and hashed already: both take too long for a transaction."""

    password_hash: str


@dataclass(frozen=True)
class Owner:
    """Whose it will be. `about` is what everybody knows of them; `stored` the hash of the one they have, if any."""

    email: str
    about: tuple[str, ...]
    stored: str | None


def owner_of(session: Session, staff_id: int) -> Owner:
    staff = session.get_one(Staff, staff_id)
    bodies = sa.select(Organisation.name, Organisation.kana, Section.name).join(Section).join(Posting)
    known = [part for row in session.execute(bodies.where(Posting.staff_id == staff_id)) for part in row]
    return Owner(staff.email, (staff.email, staff.name, staff.kana, *known), staff.password_hash)


def chosen(typed: str, repeated: str, owner: Owner, config: Config) -> NewPassword:
    """Raises ValidationFailed naming the field."""
    check_new_password(typed, owner.email, config)
    if pool.run(is_guessable, typed, owner.about):
        raise ValidationFailed(
            {
                "password": _(
                    "推測されやすいパスワードです。よくある言葉、氏名、団体名、並んだ数字に頼らず、"
                    "関係のない言葉をいくつかつなげてください。"
                )
            }
        )
    if owner.stored and verify_password(owner.stored, typed):
        raise ValidationFailed({"password": _("今までと同じパスワードです。別のものにしてください。")})
    if typed != repeated:
        raise ValidationFailed({"repeated": _("新しいパスワードが一致しません。同じものを2回入力してください。")})
    return NewPassword(hash_password(typed))
