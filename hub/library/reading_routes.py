"""Ways to read cases beside their page: compared, for the mayor, and asking those who know."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.clock import japan_today
from hub.db import db
from hub.feed.submissions import Receipt
from hub.forms import command_of
from hub.library.commands import AskAboutCase, PauseQuestions
from hub.library.comparing import MOST, compare_cases, rows_with_content
from hub.library.effects import figures_of
from hub.library.facets import numbers
from hub.library.models import Bookmark, Case
from hub.library.nearness import COPIED
from hub.library.paper import cut, for_the_mayor, is_dense, short_figures
from hub.library.queries import case_of_room
from hub.library.services.asking import ask_about_case, pause_questions, question_composer
from hub.library.tombstones import CaseWithdrawn, tombstones
from hub.library.trying import adopters_for
from hub.library.viewing import view_case
from hub.library.wording import adoption_names, column_names, field_names, in_words, state_letters
from hub.page import frame, page_state
from hub.responses import answer_error, done, wants_json
from hub.rooms.queries import support_room_of
from hub.security.limits import limits
from hub.security.permissions import Permission
from hub.security.requires import actor_or_none, requires
from hub.threads.composing import Answer, answer_submission, sent_files

bp = Blueprint("reading", __name__)
Page = str | Response | tuple[str, int]


@bp.get("/cases/compare")
@requires(Permission.CASE_READ)
def compare(actor: Actor) -> str:
    """`?id=1&id=2`: up to four. What cannot be read is left out without a word, unless it was withdrawn from the
    reader."""
    ids = list(dict.fromkeys(numbers(request.args.getlist("id")[:20])))
    with db.read() as session:
        columns = compare_cases(session, actor, ids)
        gone = list(tombstones(session, actor, Case.id.in_(ids[:MOST])).values())
    return render_template(
        "cases/compare.html",
        shown=columns,
        gone=gone,
        rows=rows_with_content(columns),
        names=field_names(),
        columns=column_names(),
        too_many=len(ids) > MOST,
        most=MOST,
        cut=cut,
    )


@bp.get("/cases/<int:case_id>/leader")
@requires(Permission.CASE_READ)
def leader(actor: Actor, case_id: int) -> str:
    """首長向け1枚."""
    with db.read() as session:
        view = view_case(session, actor, case_id)
        adopters, map_ = adopters_for(session, actor, view.adoptions), frame().case_map(session, view)
    copied = [row for row in view.adoptions if row.adoption.state in COPIED]
    figures = short_figures(figures_of(view.content.effects))
    texts = for_the_mayor(view.content, roomy=not figures)
    return render_template(
        "cases/leader.html",
        view=view,
        case=view.place.case,
        body=view.place.organisation,
        content=in_words(view.content),
        figures=figures,
        texts=texts,
        dense=is_dense(view.content.title, texts),
        cut=cut,
        copied=copied,
        adopters=adopters,
        map=map_,
        states=adoption_names(),
        letters=state_letters(),
        names=field_names(),
        today=japan_today(),
    )


@bp.get("/rooms/<int:room_id>/case")
@requires(Permission.ROOM_READ)
def of_room(actor: Actor, room_id: int) -> Response:
    """From the room of a case to the case."""
    with db.read() as session:
        case_id = case_of_room(session, actor, room_id)
    return redirect(url_for("cases.show", case_id=case_id), code=303)


@bp.get("/cases/<int:case_id>/ask")
@requires(Permission.CASE_ASK)
def compose(actor: Actor, case_id: int) -> str:
    with db.read() as session:
        state = page_state(session, actor)
        to = numbers(request.args.getlist("to")[:1])
        composer = question_composer(session, actor, case_id, to[0] if to else None)
        return render_template("threads/compose.html", page_state=state, composer=composer)


@bp.post("/cases/<int:case_id>/questions")
@requires(Permission.CASE_ASK)
def ask(actor: Actor, case_id: int) -> Answer:
    files = sent_files(actor)

    def write() -> Receipt:
        command = files.with_command(command_of(AskAboutCase, case_id=case_id))
        limits().post(actor.staff_id)
        return db.write(ask_about_case, actor, command)

    return answer_submission(
        actor, lambda session: question_composer(session, actor, case_id), write, "/threads/{thread_id}", files
    )


@bp.post("/cases/<int:case_id>/pause")
@requires(Permission.CASE_PAUSE)
def pause(actor: Actor, case_id: int) -> Page:
    db.write(pause_questions, actor, command_of(PauseQuestions, case_id=case_id))
    return done({}, url_for("cases.show", case_id=case_id), _("記録しました。"))


@bp.app_errorhandler(CaseWithdrawn)
def withdrawn(gone: CaseWithdrawn) -> Response | tuple[str, int]:
    """Wherever a link to a withdrawn case leads, for those who could read it. Programs hear `not_found`."""
    actor = actor_or_none()
    if wants_json() or actor is None:
        return answer_error(gone)
    with db.read() as session:
        room = support_room_of(session, actor.organisation_id)
        marked = session.get(Bookmark, (actor.staff_id, gone.tombstone.case_id)) is not None
    page = render_template("cases/withdrawn.html", tombstone=gone.tombstone, room_id=room and room.id, marked=marked)
    return page, HTTPStatus.GONE
