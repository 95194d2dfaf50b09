"""What of a case goes out with its newest version, and to whom: for those who are about to agree to it."""

from flask import Blueprint, render_template

from hub.actor import Actor
from hub.audiences.queries import readers_of
from hub.audiences.wording import describe_readers
from hub.db import db
from hub.library.publicity import publicity_of
from hub.library.queries import get_case_for, read_version
from hub.library.readers import needs_consent, proposed_audience
from hub.library.wording import field_names
from hub.page import page_state
from hub.security.permissions import Permission, require
from hub.security.requires import requires
from hub.sharing.details import pieces
from hub.sharing.marking import details_of, read_first, require_read
from hub.sharing.outgoing import case_texts, known_of_case
from hub.sharing.presenters import going_out
from hub.sharing.queries import origin_for
from hub.sharing.wording import detail_names

bp = Blueprint("outgoing", __name__)


@bp.get("/cases/<int:case_id>/outgoing")
@requires(Permission.CASE_EDIT)
def show(actor: Actor, case_id: int) -> str:
    return read_first(lambda: _page(actor, case_id))


def _page(actor: Actor, case_id: int) -> str:
    with db.read() as session:
        state = page_state(session, actor)
        place = get_case_for(session, actor, case_id)
        require(actor, Permission.CASE_EDIT, place.subject)
        content = read_version(session, place.case, place.case.version)[1]
        known = known_of_case(session, place, origin_for(session, actor, case_id=case_id))
        said = list(case_texts(content))
        require_read([text for _name, text in said], known)
        texts = [(name, pieces(text, details_of(text, known))) for name, text in said]
        readers = readers_of(session, proposed_audience(session, place.case, place.organisation))
        public = publicity_of(session, place)
    return render_template(
        "sharing/outgoing.html",
        page_state=state,
        case=place.case,
        unchosen=needs_consent(place.organisation) and not place.case.readers_chosen,
        body=place.organisation,
        texts=texts,
        public=public,
        going=going_out(list(enumerate(cut for _name, cut in texts))),
        names=field_names(),
        details=detail_names(),
        readers=readers,
        readers_words=describe_readers(readers),
    )
