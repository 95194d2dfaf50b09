"""Finding and reading cases, and saying what one's own body does with them."""

from dataclasses import replace

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.forms import command_of
from hub.keyset import place_of
from hub.library.card_words import card_words
from hub.library.chips import bands_of_peers, chips
from hub.library.collections import list_collections
from hub.library.commands import Adopt, Mark
from hub.library.differences import compare
from hub.library.effects import as_figures, figures_of
from hub.library.facets import FACETS
from hub.library.listing import list_cases, wanted_of
from hub.library.news import subject_of
from hub.library.paper import for_two_pages
from hub.library.publicity import PublicState, has_agreed, publicity_of
from hub.library.queries import count_work, list_work, read_version, reading_subject
from hub.library.reader_words import ReaderForm, reader_form
from hub.library.services.adopting import adopt_case, bookmark_case, propose_adoption, thank_for_case
from hub.library.source_lines import source_line
from hub.library.tombstones import marked_tombstones
from hub.library.trying import adopters_for
from hub.library.viewing import CaseView, list_versions, view_case, without_steps
from hub.library.wording import (
    adoption_names,
    column_names,
    ease_names,
    field_names,
    in_words,
    interval_names,
    status_names,
)
from hub.library.words import with_words
from hub.page import frame
from hub.responses import done
from hub.rooms.queries import list_municipalities
from hub.security.permissions import Permission, may_ever, permits
from hub.security.requires import requires
from hub.shown import wants_all

bp = Blueprint("cases", __name__)
Page = str | Response


def _number(name: str, otherwise: int) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else otherwise


@bp.get("/cases")
@requires(Permission.CASE_READ)
def index(actor: Actor) -> str:
    args = request.args
    wanted = with_words(actor, wanted_of(args.get("q", ""), {key: args.getlist(key) for key in FACETS}))
    marked = args.get("marked") == "1"
    with db.read() as session:
        place = place_of(args.get("after", ""), args.get("before", ""))
        shelf = list_cases(session, actor, wanted, order=args.get("order", ""), place=place, marked=marked)
        work = count_work(session, actor)
        gone = marked_tombstones(session, actor) if marked else []
        peers = bands_of_peers(session, actor)
        subject = subject_of(session, actor, dict(shelf.asked))
    kept = {"q": wanted.words, **wanted.values, "order": shelf.order, "marked": "1" if marked else None}
    kept = {name: value for name, value in kept.items() if value}
    return render_template(
        "cases/index.html",
        shelf=shelf,
        gone=gone,
        wanted=wanted,
        marked=marked,
        leaf=shelf.leaf,
        kept=kept,
        chips=chips(kept, shelf.facets),
        peers=peers,
        subject=subject,
        work=work,
        **card_words(),
    )


@bp.get("/cases/work")
@requires(Permission.CASE_CREATE)
def work(actor: Actor) -> str:
    with db.read() as session:
        return render_template(
            "cases/work.html", shown=list_work(session, actor, whole=wants_all()), statuses=status_names()
        )


@bp.get("/cases/<int:case_id>")
@requires(Permission.CASE_READ)
def show(actor: Actor, case_id: int) -> str:
    with db.read() as session:
        view = view_case(session, actor, case_id, _number("version", 0) or None, whole=wants_all())
        subject, names = reading_subject(actor, view.place), field_names()
        outside = view.place.organisation.id not in actor.organisation_ids
        public = publicity_of(session, view.place)
        return render_template(
            "cases/show.html",
            view=view,
            case=view.place.case,
            body=view.place.organisation,
            content=in_words(replace(view.content, effects=as_figures(view.content.effects))),
            names=names,
            missing=[names[name] for name in view.missing],
            columns=column_names(),
            told=source_line,
            figures=figures_of(view.content.effects),
            adopters=adopters_for(session, actor, view.adoptions),
            statuses=status_names(),
            states=adoption_names(),
            ease_names=ease_names(),
            intervals=list(interval_names().items()),
            readers=_readers(session, actor, view, public) if view.place.works else None,
            adopts=_adopts(actor, view.place.case.organisation_id, permits(actor, Permission.CASE_ADOPT, subject)),
            asks=permits(actor, Permission.CASE_ASK, subject) and outside,
            visits=permits(actor, Permission.VISIT_REQUEST, subject) and outside,
            shelves=list_collections(session, actor) if may_ever(actor, Permission.CURATE) else [],
            asking=True,
            proposes=permits(actor, Permission.CASE_PROPOSE, subject),
            towns=[(o.id, o.name) for o in list_municipalities(session) if o.id != view.place.organisation.id],
            public=public,
            ours=request.args.get("ours") == "1",
            **frame().case_parts(session, actor, view),
        )


def _readers(session: Session, actor: Actor, view: CaseView, state: PublicState) -> ReaderForm:
    place = view.place
    agrees, said = permits(actor, Permission.CASE_PUBLIC, place.subject), has_agreed(session, actor, place)
    return reader_form(session, actor, place.case, place.organisation, agrees=agrees, public=said, state=state)


def _adopts(actor: Actor, owner_id: int, permitted: bool) -> bool:
    return permitted and actor.organisation_id != owner_id


@bp.get("/cases/<int:case_id>/print")
@requires(Permission.CASE_READ)
def paper(actor: Actor, case_id: int) -> str:
    with db.read() as session:
        view = view_case(session, actor, case_id)
    whole = request.args.get("whole") == "1"
    content, shortened = (view.content, False) if whole else for_two_pages(view.content)
    return render_template(
        "cases/print.html",
        view=view,
        case=view.place.case,
        body=view.place.organisation,
        content=in_words(replace(content, effects=as_figures(content.effects))),
        shortened=shortened,
        whole=whole,
        names=field_names(),
        columns=column_names(),
        states=adoption_names(),
        ease_names=ease_names(),
    )


@bp.get("/cases/<int:case_id>/versions")
@requires(Permission.CASE_READ)
def versions(actor: Actor, case_id: int) -> str:
    """Every version that the actor may read, and two of them side by side."""
    with db.read() as session:
        view = view_case(session, actor, case_id)
        every = list_versions(session, view.place)
        rows = without_steps(every, view.place.case)
        known = [version.number for version, _author in every]
        new = _number("new", 0) if _number("new", 0) in known else known[0]
        earlier = [version.number for version, _author in rows if version.number < new]
        old = _number("old", 0) if _number("old", 0) in known else (earlier or [new])[0]
        pair = [in_words(read_version(session, view.place.case, n)[1]) for n in (old, new)]
    return render_template(
        "cases/versions.html",
        case=view.place.case,
        rows=rows,
        old=old,
        new=new,
        changed=compare(*pair),
        names=field_names(),
        columns=column_names(),
    )


@bp.post("/cases/<int:case_id>/adoption")
@requires(Permission.CASE_ADOPT)
def adopt(actor: Actor, case_id: int) -> Page:
    db.write(adopt_case, actor, command_of(Adopt, case_id=case_id))
    return done({}, url_for("cases.show", case_id=case_id, ours=1, _anchor="ours"), _("自団体の状況を記録しました。"))


@bp.post("/cases/<int:case_id>/adoption/proposal")
@requires(Permission.CASE_PROPOSE)
def propose(actor: Actor, case_id: int) -> Page:
    db.write(propose_adoption, actor, command_of(Adopt, case_id=case_id))
    return _back(case_id, _("提案しました。市町村が確定すると、一覧に掲載されます。"))


@bp.post("/cases/<int:case_id>/bookmark")
@requires(Permission.CASE_READ)
def bookmark(actor: Actor, case_id: int) -> Page:
    db.write(bookmark_case, actor, command_of(Mark, case_id=case_id))
    return _back(case_id)


@bp.post("/cases/<int:case_id>/thanks")
@requires(Permission.CASE_READ)
def thank(actor: Actor, case_id: int) -> Page:
    db.write(thank_for_case, actor, command_of(Mark, case_id=case_id))
    return _back(case_id)


def _back(case_id: int, message: str = "") -> Response:
    return done({}, url_for("cases.show", case_id=case_id), message)
