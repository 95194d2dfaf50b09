"""On which page each form stands."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError

# The route that takes the form: the route of its page, whose address takes what it needs from the form's.
PAGES = {
    "accounts.accept_invitation": "accounts.welcome",
    "accounts.change_password": "accounts.profile",
    "accounts.end_all_sign_ins": "accounts.sign_ins",
    "accounts.end_sign_in": "accounts.sign_ins",
    "accounts.log_in": "accounts.login",
    "accounts.logout": "home.index",
    "accounts.reset_password": "accounts.reset",
    "accounts.save_profile": "accounts.profile",
    "accounts.set_language": "home.index",
    "accounts.set_writer_name": "accounts.writer_name",
    "case_work.approve": "cases.show",
    "case_work.confirm": "cases.show",
    "case_work.contact": "cases.show",
    "case_work.create": "case_work.new",
    "case_work.end": "cases.show",
    "case_work.ending": "inbox.index",
    "case_work.interval": "cases.show",
    "case_work.publish": "cases.show",
    "case_work.return": "cases.show",
    "case_work.save": "case_work.edit",
    "case_work.share": "cases.show",
    "case_work.submit": "cases.show",
    "case_work.withdraw": "cases.show",
    "case_news.follow": "cases.index",
    "case_news.seen": "inbox.index",
    "cases.adopt": "cases.show",
    "cases.bookmark": "cases.show",
    "cases.propose": "cases.show",
    "cases.thank": "cases.show",
    "circles.change_archive": "circles.settings",
    "circles.change_guest": "circles.settings",
    "circles.change_member": "circles.settings",
    "circles.create": "circles.new",
    "circles.describe": "circles.settings",
    "circles.give_reason": "circles.ask_reason",
    "collections.create": "collections.index",
    "collections.publish": "collections.show",
    "collections.put": "collections.show",
    "collections.save": "collections.show",
    "collections.take": "collections.show",
    "curation.add_basis": "curation.bases",
    "curation.add_field": "curation.fields",
    "curation.add_tag": "curation.tags",
    "curation.add_tag_group": "curation.tags",
    "curation.change_basis": "curation.bases",
    "curation.change_field": "curation.fields",
    "curation.drop_field": "curation.fields",
    "curation.settle_basis": "curation.bases",
    "curation.settle_tag": "curation.tags",
    "exchange.cancel": "exchange.import_page",
    "exchange.look": "exchange.import_page",
    "exchange.public": "cases.show",
    "exchange.take": "exchange.import_page",
    "files.add": "files.files_of_message",
    "files.remove": "files.files_of_message",
    "home.tour": "home.index",
    "inbox.answer": "inbox.index",
    "inbox.seen": "inbox.index",
    "inbox.seen_all": "inbox.index",
    "jobs.retry": "jobs.index",
    "mail.again": "mail.index",
    "mail.rules": "mail.index",
    "mail_choices.end": "mail_choices.ending",
    "mail_choices.save": "mail_choices.index",
    "mail.test": "mail.index",
    "meaning.switch": "meaning.index",
    "messages.delete": "messages.delete_page",
    "messages.edit": "messages.edit_page",
    "messages.react": "messages.actions",
    "messages.redact": "messages.redact_page",
    "moving.move": "moving.preview",
    "charge.hand": "charge.page",
    "charge.take": "charge.page",
    "receptions.correct": "receptions.page",
    "receptions.record": "receptions.new",
    "rules.save": "rules.page",
    "promises.put": "threads.show",
    "turns.pass_": "turns.index",
    "notes.post": "threads.show",
    "offices.change": "offices.organisation",
    "offices.change_absence": "offices.duties",
    "offices.change_holder": "offices.duties",
    "offices.create_duty": "offices.duties",
    "offices.create_organisation": "offices.organisations",
    "sharing_threads.begin": "threads.show",
    "sharing_threads.help_others": "threads.show",
    "messages.mark": "messages.actions",
    "invitations.create": "invitations.page",
    "people.change": "people.show",
    "people.change_access": "people.show",
    "people.create": "people.new",
    "people.end": "people.show",
    "people.hand_link": "people.show",
    "people.post_to": "people.show",
    "reading.ask": "reading.compose",
    "reading.pause": "cases.show",
    "redacting.redact": "redacting.page",
    "rooms.prefer": "rooms.show",
    "rooms.read": "rooms.show",
    "rooms.read_all": "rooms.index",
    "search.drop": "search.index",
    "search.open_one": "search.index",
    "search.save": "search.index",
    "sharings.agree": "sharings.show",
    "sharings.authors": "sharings.show",
    "sharings.give_back": "sharings.show",
    "sharings.save": "sharings.show",
    "sharings.withdraw": "sharings.show",
    "spreading.check": "cases.show",
    "spreading.hear": "inbox.index",
    "spreading.link": "spreading.show",
    "spreading.seen": "inbox.index",
    "spreading.settle": "inbox.index",
    "spreading.unlink": "spreading.show",
    "spreading_matrix.add": "spreading_matrix.checklists",
    "spreading_matrix.change": "spreading_matrix.checklists",
    "spreading_matrix.retire": "spreading_matrix.checklists",
    "steering.confirm": "threads.show",
    "steering.lock": "threads.show",
    "steering.prefer": "threads.show",
    "steering.put_head": "steering.head",
    "steering.set_state": "threads.show",
    "staff_import.look": "staff_import.page",
    "staff_import.take": "staff_import.page",
    "synonyms.drop": "synonyms.index",
    "synonyms.put": "synonyms.index",
    "synonyms.take_in": "synonyms.index",
    "threads.open_": "threads.ask",
    "threads.post": "threads.show",
    "karte.record": "karte.fact",
    "karte_work.contact_correct": "karte_work.contact",
    "karte_work.contact_record": "karte_work.contact_new",
    "karte_work.note": "karte.show",
    "karte_work.plan_add": "karte_work.plan_new",
    "karte_work.plan_change": "karte_work.plan_item",
    "visits.accept": "visits.show",
    "visits.create": "visits.new",
    "visits.decline": "visits.show",
    "visits.finish": "visits.show",
    "visits.withdraw": "visits.show",
}
# What of the form names the page: which of several, or what it was looking at.
FROM_FORM = {
    "accounts.log_in": ("next",),
    "accounts.set_writer_name": ("next",),
    "case_news.follow": ("field", "tag"),
    "case_work.save": ("step",),
    "files.remove": ("message_id",),
    "karte.record": ("name", "item"),
    "moving.move": ("room_id",),
    "offices.change_absence": ("organisation",),
    "offices.change_holder": ("organisation",),
    "offices.create_duty": ("organisation",),
    "search.save": ("q",),
    "synonyms.put": ("replaces", "group_id"),
}
# No form of a page leads there: scripts send JSON.
FOR_PROGRAMS = frozenset(
    {
        "sharings.ask",
        "sharings.case",
        "sharings.hiding",
        "accounts.touch",
        "drafts.preview",
        "drafts.save",
        "files.upload",
        "steering.read",
        "suggestions.similar",
        "suggestions.solved",
    }
)


def page_of(endpoint: str | None, arguments: Mapping[str, Any] | None, values: Mapping[str, str]) -> str | None:
    """The address of the page on which the form stands; None when what was sent does not say which."""
    if endpoint not in PAGES:
        return None
    named = {name: values[name] for name in FROM_FORM.get(endpoint, ()) if values.get(name)}
    wanted = next(current_app.url_map.iter_rules(PAGES[endpoint])).arguments
    known: dict[str, Any] = named | {n: v for n, v in (arguments or {}).items() if n in wanted}
    try:
        return url_for(PAGES[endpoint], **known)
    except (BuildError, ValueError):
        return None


def page_of_request() -> str | None:
    """The same of the form that is being answered."""
    return page_of(request.endpoint, request.view_args, request.args.to_dict() | typed_values().to_dict())


def typed_values() -> MultiDict[str, str]:
    """What the form brought; nothing when it was too large to be read."""
    try:
        return MultiDict(request.form.items(multi=True))
    except HTTPException:
        return MultiDict()
