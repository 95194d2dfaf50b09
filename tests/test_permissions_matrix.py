"""Who may do what, asked of the real routes and socket events, refusals first. A route or event without a line fails.

To add one, write a line into ROUTES (or EVENTS):
    Line("threads.lock", "POST /threads/{thread}/lock", DX, {"on": True})
the endpoint, method and address, who may (below), and for a POST the JSON that makes it succeed (`form=True` for
routes that take forms only). Names in braces are replaced by the ids of a thing made for the occasion (`Things`).
Several lines for one endpoint are fine.

Four kinds of things are tried: `own`, of 吉岡町, written by `officer`; `foreign`, of 榛東村; `granted`, as own, with
bureau, guest and admin let in by name; `none`, ids of nothing. Whoever is not named for a kind gets `not_found`, the
same as for what does not exist, and changes nothing. What each success caused stands in `effects.txt`
(tests/effects.py): write it anew with `--write-effects` and read the difference."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from hub.db import Database
from hub.mail.choosing import USUAL
from hub.search.synonyms import group_key, shipped_groups
from hub.security.permissions import TABLE, Permission
from hub.tables import Base
from tests.conftest import SERVER
from tests.effects import Effects, Pages, Table, key_of, read_file
from tests.factories import JSON, PASSWORD, Browser, Socket, World
from tests.permission_things import INVITED, Things

ROLES = ("officer", "manager", "supporter", "lead", "admin", "bureau", "guest")


@dataclass(frozen=True)
class Who:
    """Roles that succeed, by kind of thing. `anything`: the line speaks of no thing, and these may."""

    own: str = ""
    foreign: str = ""
    granted: str = ""
    anything: str | None = None
    signed_out: bool = False


READ = Who("officer manager supporter lead", "supporter lead", "admin bureau guest")
WRITE = Who("officer manager supporter lead", "supporter lead", "bureau guest")
ASK = Who("officer manager supporter lead", "supporter lead")
DX = Who("supporter lead", "supporter lead")
NOTICE = Who("supporter lead", "supporter lead", "bureau")
EXPORT = Who("manager lead", "lead")
AUTHOR = Who("officer")
OWN = Who("officer")  # of the officer alone, whatever the role
REDACT = Who("manager", "", "admin")
ANYBODY = Who(anything="officer manager supporter lead admin bureau guest")
WRITERS = Who(anything="officer manager supporter lead bureau guest")
CASE_SIDE = Who("manager supporter lead", "supporter lead")
MANAGER = Who("manager")
TOWN = Who("officer manager")
CASE_WRITERS = Who(anything="officer manager supporter lead")
LEAD = Who("lead", "lead")
SHARING_PAGES = Who(anything="officer manager supporter lead")
DX_ONLY = Who(anything="supporter lead")
NOBODY = Who(anything="")
STAFF = Who("manager admin", "admin", "admin")
STAFF_PAGES = Who(anything="manager lead admin")
ADMIN = Who("admin", "admin", "admin")
ADMIN_PAGES = Who(anything="admin")
SYNONYMS = Who(anything="supporter lead admin")
PUBLIC = Who(anything=ANYBODY.anything, signed_out=True)


@dataclass(frozen=True)
class Line:
    name: str
    address: str
    who: Who
    fields: dict[str, Any] = field(default_factory=dict)
    form: bool = False
    refusal: int = 0  # what PUBLIC answers when the fields are not meant to succeed
    upload: str = ""  # the name of a small file that goes along


UPLOADS = {
    "a.pdf": b"%PDF-1.7",
    "s.csv": "email,name,organisation,section,role\nnew@example.jp,新人,吉岡町,庶務係,officer\n".encode(),
    "synonyms.txt": "1,1,0,1,0,1,0,(),架空判,,\n1,1,0,1,0,1,0,(),架空印,,\n".encode(),
    "a.jsonl": b'{"id": "a", "title": "A case", "organisation": "A town"}',
}
PASSWORDS = {
    "old_password": PASSWORD,
    "password": "an other horse 88",
    "repeated": "an other horse 88",
}
CHOSEN = {"password": "an other horse 88", "repeated": "an other horse 88"}
VISIT = {"first": "2099-01-01", "headcount": 3, "purpose": "見たい", "client_id": "{new}"}
GOALS = {"name": "goals", "item": "{year}", "value": "窓口を1つに", "client_id": "{new}"}
PLAN = {"title": "窓口の予約", "due_on": "2099-01-05", "holder": "staff:{author}", "side": "municipality"}
PLAN_LATE = {"number": 1, "state": "late", "reason": "契約が遅れた"}
CALL = {"way": "call", "held_on": "2020-01-06", "people": "係長", "body": "日程を決めた"}
PERSON = {"email": "{new}@example.jp", "name": "新人", "section": "庶務係", "role": "officer"}
STAFF_ROW = {"email": "{new}@example.jp", "name": "新人", "organisation": "吉岡町", "section": "庶務係"}
STAFF_ROWS = json.dumps([[2, STAFF_ROW | {"role": "officer"}]], ensure_ascii=False)
BOTH = {"title": "題名", "version": 1, "body": "まとめ", "summary_version": 0}
RECORDED = {"channel": "telephone", "received_at": "{an_hour_ago}"}
REPLY = {"body": "話", "client_id": "{new}", "reply_to": "{message}"}
NOTE_WITH_CALL = {"body": "@県 五月 さん", "client_id": "{new}"}
WAYS = USUAL | {"reply": "now", "case": "never"}
ROUTES = [
    # accounts
    Line("accounts.login", "GET /login", PUBLIC),
    Line("accounts.log_in", "POST /login", PUBLIC, {"email": "x@example.jp", "password": "x"}, True, 422),
    Line("accounts.log_in", "POST /login", PUBLIC, {"email": "officer@example.jp", "password": PASSWORD}, True),
    Line("accounts.log_in", "POST /login", PUBLIC, {"email": "officer@example.jp", "password": "x"}, True, 422),
    Line("accounts.logout", "POST /logout", PUBLIC, form=True),
    Line("accounts.set_language", "POST /language", PUBLIC, {"language": "en"}, True),
    Line("accounts.welcome", "GET /welcome/wrong", PUBLIC, refusal=404),
    Line("accounts.accept_invitation", "POST /welcome/wrong", PUBLIC, {"password": "x"}, True, 404),
    Line("accounts.reset", "GET /reset/wrong", PUBLIC, refusal=404),
    Line("accounts.reset_password", "POST /reset/wrong", PUBLIC, {"password": "x"}, True, 404),
    Line("accounts.accept_invitation", "POST /welcome/{invitation}", PUBLIC, CHOSEN, True),
    Line("accounts.reset_password", "POST /reset/{reset}", PUBLIC, CHOSEN, True),
    Line("accounts.me", "GET /me", ANYBODY),
    Line("accounts.session_state", "GET /session", ANYBODY),
    Line("accounts.touch", "POST /session/touch", ANYBODY, form=True),
    Line("accounts.profile", "GET /profile", ANYBODY),
    Line("accounts.save_profile", "POST /profile", ANYBODY, {"name": "名", "language": "en"}, True),
    Line("accounts.change_password", "POST /profile/password", ANYBODY, PASSWORDS, True),
    Line("accounts.sign_ins", "GET /sign-ins", ANYBODY),
    Line("accounts.end_all_sign_ins", "POST /sign-ins/end", ANYBODY, form=True),
    Line("accounts.end_sign_in", "POST /sign-ins/{sign_in}/end", OWN, form=True),
    Line("accounts.writer_name", "GET /writer-name", NOBODY),
    Line("accounts.set_writer_name", "POST /writer-name", NOBODY, {"writer_name": "山田"}, True),
    # home, inbox, health
    Line("home.index", "GET /", ANYBODY),
    Line("home.help_page", "GET /help", PUBLIC),
    Line("home.tour", "POST /tour", ANYBODY),
    # search
    Line("search.index", "GET /search?q=帳票", ANYBODY),
    Line("search.finder", "GET /search/finder?q=帳票", ANYBODY),
    Line("search.save", "POST /search/saved", ANYBODY, {"q": "帳票"}),
    Line("search.open_one", "POST /search/saved/{saved}/open", OWN),
    Line("search.drop", "POST /search/saved/{saved}/delete", OWN),
    Line("suggestions.similar", "POST /search/similar", ANYBODY, {"text": "帳票の様式を変えたい"}),
    Line("suggestions.solved", "POST /search/solved", READ, {"kind": "thread", "ref_id": "{thread}", "room_id": "1"}),
    Line("suggestions.precedents", "GET /threads/{thread}/precedents", DX),
    Line("near.cases", "GET /cases/{copied}/similar", READ),
    Line("near.duplicates", "GET /search/duplicates", DX_ONLY),
    Line("suggestions.reuse", "GET /search/reuse", DX_ONLY),
    Line("synonyms.index", "GET /search/synonyms", SYNONYMS),
    Line("synonyms.put", "POST /search/synonyms", SYNONYMS, {"words": "架空語、架空の語"}, True),
    Line("synonyms.drop", "POST /search/synonyms/drop", SYNONYMS, {"replaces": group_key(shipped_groups()[0])}, True),
    Line("synonyms.take_in", "POST /search/synonyms/import", SYNONYMS, {}, True),
    Line("meaning.index", "GET /search/meaning", ADMIN_PAGES),
    Line("meaning.switch", "POST /search/meaning", ADMIN_PAGES, {"state": "off"}, True),
    Line("inbox.index", "GET /inbox", ANYBODY),
    Line("inbox.count", "GET /inbox/count", ANYBODY),
    Line("inbox.seen", "POST /inbox/{entry}/seen", OWN),
    Line("inbox.answer", "POST /inbox/{entry}/answer", OWN, {"body": "話", "client_id": "{new}"}),
    Line("inbox.seen_all", "POST /inbox/seen", ANYBODY, {"until": "5"}),
    Line("health.healthz", "GET /healthz", PUBLIC),
    Line("health.metrics", "GET /metrics", PUBLIC),
    Line("static", "GET /static/css/main.css", PUBLIC),
    Line("assets.send", "GET /static/v-0/css/main.css", PUBLIC),
    # feed
    Line("feed.catch_up", "GET /feed/room:{room}", READ),
    Line("feed.catch_up", "GET /feed/notes:{room}", DX),
    Line("feed.catch_up", "GET /feed/user:{author}", OWN),
    Line("feed.catch_up", "GET /feed/nonsense", NOBODY),
    Line("feed.read_heads", "GET /feed?streams=room:{room}", ANYBODY),
    # rooms
    Line("rooms.index", "GET /rooms", ANYBODY),
    Line("rooms.show", "GET /rooms/{room}", READ),
    Line("rooms.mentionable", "GET /rooms/{room}/mentionable", READ),
    Line("rooms.prefer", "POST /rooms/{room}/preferences", READ, {"muted": True}),
    Line("rooms.read", "POST /rooms/{room}/read", READ, {"until": "{message}"}),
    Line("rooms.read_all", "POST /rooms/read", ANYBODY, {"until": "{message}"}),
    Line("circles.new", "GET /rooms/new", DX_ONLY),
    Line("circles.create", "POST /rooms/new", DX_ONLY, {"name": "研究会"}),
    Line("circles.settings", "GET /rooms/{circle}/settings", DX),
    Line("circles.describe", "POST /rooms/{circle}/settings", DX, {"name": "新しい名前"}),
    Line("circles.change_member", "POST /rooms/{circle}/members", DX, {"organisation_id": "{town}", "on": True}),
    Line(
        "circles.change_member", "POST /rooms/{circle}/members", DX, {"organisation_id": "{organisation}", "on": False}
    ),
    Line("circles.change_member", "POST /rooms/{room}/members", Who(), {"organisation_id": "{town}", "on": True}),
    Line("circles.change_guest", "POST /rooms/{circle}/guests", DX, {"staff_id": "{guest}", "on": True}),
    Line("circles.change_guest", "POST /rooms/{visited}/guests", DX, {"staff_id": "{guest}", "on": False}),
    Line("circles.change_guest", "POST /rooms/{room}/guests", Who(), {"staff_id": "{guest}", "on": True}),
    Line("circles.change_archive", "POST /rooms/{circle}/archive", DX, {"on": True}),
    Line("circles.change_archive", "POST /rooms/{circle}/archive", DX, {"on": False}),
    Line("circles.change_archive", "POST /rooms/{room}/archive", Who(), {"on": True}),
    Line("circles.ask_reason", "GET /rooms/{room}/read-with-reason", ADMIN),
    Line("circles.give_reason", "POST /rooms/{room}/read-with-reason", ADMIN, {"reason": "調査"}),
    # people, bodies, duties, audit record
    Line("people.index", "GET /admin/people", STAFF_PAGES),
    Line("people.new", "GET /admin/people/new", STAFF_PAGES),
    Line("people.create", "POST /admin/people/new", STAFF, PERSON | {"organisation_id": "{organisation}"}),
    Line("people.show", "GET /admin/people/{author}", STAFF),
    Line(
        "people.post_to",
        "POST /admin/people/{author}/postings",
        STAFF,
        {"organisation_id": "{organisation}", "section": "{new}", "role": "officer"},
    ),
    Line("people.change", "POST /admin/people/{author}/postings/{posting}", STAFF, {"role": "manager"}),
    Line("people.end", "POST /admin/people/{author}/postings/{posting}/end", STAFF, {"until_on": "2099-01-01"}),
    Line("people.end", "POST /admin/people/{author}/postings/{second}/end", STAFF, {}),
    Line("people.change_access", "POST /admin/people/{newcomer}/access", STAFF, {"on": False}),
    Line("people.change_access", "POST /admin/people/{author}/access", STAFF, {"on": True}),
    Line("people.hand_link", "POST /admin/people/{author}/link", STAFF, {}),
    Line("people.hand_link", "POST /admin/people/{newcomer}/link", STAFF, {}),
    Line("staff_import.page", "GET /admin/people/import", ADMIN_PAGES),
    Line("staff_import.form", "GET /admin/people/import/template.xlsx", ADMIN_PAGES),
    Line("staff_import.look", "POST /admin/people/import", ADMIN_PAGES, form=True, upload="s.csv"),
    Line("staff_import.take", "POST /admin/people/import/rows", ADMIN_PAGES, {"rows": STAFF_ROWS}, True),
    Line("invitations.page", "GET /admin/people/invitations", STAFF_PAGES),
    Line("invitations.create", "POST /admin/people/invitations", STAFF, {"staff_ids": "{newcomer}"}, True),
    Line("offices.organisations", "GET /admin/organisations", ADMIN_PAGES),
    Line("offices.create_organisation", "POST /admin/organisations", ADMIN_PAGES, {"name": "{new}村", "kind": "村"}),
    Line("offices.organisation", "GET /admin/organisations/{organisation}", ADMIN),
    Line("offices.change", "POST /admin/organisations/{organisation}", ADMIN, {"name": "{new}町", "member": True}),
    Line("offices.change", "POST /admin/organisations/{organisation}", ADMIN, {"name": "{new}町", "member": False}),
    Line("offices.duties", "GET /admin/duties", STAFF_PAGES),
    Line("offices.create_duty", "POST /admin/duties", STAFF, {"section_id": "{section}", "name": "{new}"}),
    Line("offices.change_holder", "POST /admin/duties/{duty}/holder", STAFF, {"staff_id": "{author}"}),
    Line("offices.change_absence", "POST /admin/duties/{duty}/absence", STAFF, {}),
    Line("records.audit", "GET /admin/audit", STAFF_PAGES),
    Line("mail.index", "GET /admin/mail", STAFF_PAGES),
    Line("mail.kept", "GET /admin/mail/kept/{kept_mail}", ADMIN_PAGES),
    Line("mail.test", "POST /admin/mail/test", ADMIN_PAGES, {}),
    Line("mail.rules", "POST /admin/mail/rules", ADMIN_PAGES, {"with_text": "on"}),
    Line("mail_choices.index", "GET /mail/choices", ANYBODY),
    Line("mail_choices.save", "POST /mail/choices", ANYBODY, WAYS),
    Line("mail_choices.ending", "GET /mail/ending/wrong", PUBLIC, refusal=404),
    Line("mail_choices.end", "POST /mail/ending/wrong", PUBLIC, {}, True, 404),
    Line("mail_choices.ending", "GET /mail/ending/{mail_ending}", PUBLIC),
    Line("mail_choices.end", "POST /mail/ending/{mail_ending}", PUBLIC, {}, True),
    Line("mail.again", "POST /admin/mail/people/{unreached}/again", STAFF, {}),
    Line("jobs.index", "GET /admin/jobs", ADMIN_PAGES),
    Line("jobs.retry", "POST /admin/jobs/{failed_job}/retry", ADMIN_PAGES, {}),
    # threads
    Line("threads.ask", "GET /rooms/{room}/ask", WRITE),
    Line("threads.open_", "POST /rooms/{room}/threads", WRITE, {"kind": "talk", "body": "話", "client_id": "{new}"}),
    Line("threads.open_", "POST /rooms/{room}/threads", NOTICE, {"kind": "notice", "body": "話", "client_id": "{new}"}),
    Line(
        "threads.open_", "POST /rooms/{room}/threads", ASK, {"kind": "consultation", "body": "話", "client_id": "{new}"}
    ),
    Line("threads.show", "GET /threads/{thread}", READ),
    Line("threads.post", "POST /threads/{thread}/messages", WRITE, {"body": "話", "client_id": "{new}"}),
    Line(
        "threads.post",
        "POST /threads/{thread}/messages",
        Who("manager supporter lead", "supporter lead", "bureau"),
        {"body": "話", "client_id": "{new}", "mark": "official"},
    ),
    Line("threads.post", "POST /threads/{thread}/messages", WRITE, {"body": "@吉岡 一郎 さん", "client_id": "{new}"}),
    Line("threads.post", "POST /threads/{thread}/messages", WRITE, REPLY),
    Line("steering.confirm", "POST /threads/{thread}/acknowledge", WRITE, {"on": True}),
    Line("steering.read", "POST /threads/{thread}/read", READ, {"position": 1}),
    Line("steering.prefer", "POST /threads/{thread}/preferences", READ, {"following": True, "muted": False}),
    Line("steering.lock", "POST /threads/{thread}/lock", DX, {"on": True}),
    Line("steering.lock", "POST /threads/{thread}/lock", DX, {"on": False}),
    Line("steering.set_state", "POST /threads/{thread}/state", ASK, {"state": "closed", "closed_as": "solved"}),
    Line("turns.index", "GET /threads/{thread}/turns", READ),
    Line("turns.pass_", "POST /threads/{thread}/turns", ASK, {"to": "asking", "reason": "電話で回答"}),
    Line(
        "turns.pass_",
        "POST /threads/{thread}/turns",
        ASK,
        {"to": "outside", "outside": "ベンダー", "expected_on": "2030-04-01", "reason": "仕様を確認中"},
    ),
    Line("charge.page", "GET /threads/{thread}/charge", DX),
    Line("charge.take", "POST /threads/{charged}/charge", DX, {}),
    Line(
        "charge.hand", "POST /threads/{thread}/charge/handover", DX, {"duty_id": "{dx_duty}", "reason": "基幹系の相談"}
    ),
    Line("promises.put", "POST /threads/{thread}/promise", DX, {"due_on": "{working_day}"}),
    Line("promises.put", "POST /threads/{thread}/promise", DX, {}),
    Line("receptions.new", "GET /rooms/{room}/record", DX),
    Line("receptions.record", "POST /rooms/{room}/record", DX, RECORDED | {"body": "電話で", "client_id": "{new}"}),
    Line("receptions.page", "GET /threads/{recorded}/reception", ASK),
    Line("receptions.correct", "POST /threads/{recorded}/reception", ASK, RECORDED | {"caller": "架空 花子"}),
    Line("rules.page", "GET /admin/consultations", ADMIN_PAGES),
    Line("rules.save", "POST /admin/consultations", ADMIN_PAGES, {"remind_after": "5", "close_after": "5"}, True),
    Line("steering.head", "GET /threads/{thread}/head", ASK),
    Line("steering.put_head", "POST /threads/{thread}/head", ASK, {"title": "題名"}),
    Line("steering.put_head", "POST /threads/{thread}/head", ASK, {"body": "まとめ"}),
    Line("steering.put_head", "POST /threads/{thread}/head", ASK, BOTH),
    Line("moving.preview", "GET /threads/{thread}/move", DX),
    Line("moving.preview", "GET /threads/{thread}/move?room_id={commons}", DX),
    Line("moving.move", "POST /threads/{thread}/move", DX, {"room_id": "{commons}"}),
    Line("redacting.page", "GET /threads/{thread}/redact", REDACT),
    Line("redacting.redact", "POST /threads/{thread}/redact", REDACT, {"part": "title", "reason": "個人情報"}),
    Line("redacting.redact", "POST /threads/{summarised}/redact", REDACT, {"part": "summary", "reason": "個人情報"}),
    Line("notices.status", "GET /threads/{notice}/acknowledgements", DX),
    Line("paper.thread", "GET /threads/{thread}/print", READ),
    Line("paper.room", "GET /rooms/{room}/export", EXPORT),
    # messages
    Line("notes.post", "POST /threads/{thread}/notes", DX, NOTE_WITH_CALL),
    Line("messages.show", "GET /messages/{message}", READ),
    Line("messages.actions", "GET /messages/{message}/actions", READ),
    Line("messages.history", "GET /messages/{message}/history", READ),
    Line("messages.edit_page", "GET /messages/{message}/edit", AUTHOR),
    Line("messages.edit", "POST /messages/{message}", AUTHOR, {"body": "直した", "version": 1}),
    Line("messages.delete_page", "GET /messages/{message}/delete", AUTHOR),
    Line("messages.delete", "POST /messages/{message}/delete", AUTHOR, {}),
    Line("messages.redact_page", "GET /messages/{message}/redact", REDACT),
    Line("messages.redact", "POST /messages/{message}/redact", REDACT, {"reason": "個人情報"}),
    Line("messages.react", "POST /messages/{message}/reactions", WRITE, {"emoji": "👍", "on": True}),
    # drafts, notes
    Line("drafts.save", "POST /drafts", WRITE, {"place": "thread:{thread}", "body": "下書き"}),
    Line("drafts.save", "POST /drafts", WRITE, {"place": "room:{room}", "body": "下書き"}),
    Line("drafts.save", "POST /drafts", DX, {"place": "note:{thread}", "body": "下書き"}),
    Line("drafts.save", "POST /drafts", AUTHOR, {"place": "message:{message}", "body": "下書き"}),
    Line("drafts.preview", "POST /preview", WRITERS, {"body": "話"}),
    Line("drafts.readers", "GET /rooms/{room}/readers", READ),
    Line("notes.index", "GET /threads/{thread}/notes", DX),
    Line("notes.post", "POST /threads/{thread}/notes", DX, {"body": "メモ", "client_id": "{new}"}),
    # files: {file} hangs on the message, {own_upload} on nothing yet; `upload` brings a file
    Line("files.upload", "POST /attachments", WRITERS, form=True, upload="a.pdf"),
    Line("files.download", "GET /attachments/{file}", READ),
    Line("files.thumbnail", "GET /attachments/{file}/thumbnail", READ),
    Line("files.image", "GET /attachments/{file}/image", READ),
    Line("files.download", "GET /attachments/{own_upload}", AUTHOR),
    Line("files.remove", "POST /attachments/{own_upload}/delete", AUTHOR),
    Line("files.remove", "POST /attachments/{file}/delete", AUTHOR),
    Line("files.files_of_message", "GET /messages/{message}/attachments", AUTHOR),
    Line("files.add", "POST /messages/{message}/attachments", AUTHOR, {"attachment_ids": ["{own_upload}"]}),
    # cases: {draft}, {review}, {agreed}, {out} are of the body itself; {over} has ended;
    # {copied} is of the prefecture, read by the body
    Line("cases.index", "GET /cases", ANYBODY),
    Line("cases.work", "GET /cases/work", CASE_WRITERS),
    Line("cases.show", "GET /cases/{draft}", READ),
    Line("cases.show", "GET /cases/{copied}", READ),
    Line("cases.paper", "GET /cases/{draft}/print", READ),
    Line("cases.versions", "GET /cases/{draft}/versions", READ),
    Line("cases.adopt", "POST /cases/{copied}/adoption", TOWN, {"state": "trial"}),
    Line(
        "cases.propose", "POST /cases/{copied}/adoption/proposal", DX, {"state": "trial", "organisation_id": "{town}"}
    ),
    Line("exchange.export", "GET /cases/export?format=json", ANYBODY),
    Line("exchange.import_page", "GET /cases/import", DX_ONLY),
    Line("exchange.look", "POST /cases/import", DX_ONLY, form=True, upload="a.jsonl"),
    Line("exchange.taking", "GET /cases/import/999999", NOBODY),
    Line("exchange.take", "POST /cases/import/999999", NOBODY, {"publish": True}),
    Line("exchange.cancel", "POST /cases/import/999999/removal", NOBODY),
    Line("exchange.public", "POST /cases/{copied}/public", DX, {"on": False}),
    Line("spreading_matrix.index", "GET /cases/spreading", CASE_WRITERS),
    Line("spreading_matrix.checklists", "GET /cases/spreading/checklists", DX_ONLY),
    Line("spreading_matrix.add", "POST /cases/spreading/checklists", DX_ONLY, {"state": "trial", "text": "数える"}),
    Line("spreading_matrix.change", "POST /cases/spreading/checklists/1", DX_ONLY, {"text": "数える", "position": 3}),
    Line("spreading_matrix.retire", "POST /cases/spreading/checklists/1/retirement", DX_ONLY, {"on": True}),
    Line("spreading.show", "GET /cases/{copied}/spread", READ),
    Line("spreading.check", "POST /cases/{taken}/checklist", TOWN, {"item_id": "{item}", "on": True}),
    Line("spreading.link", "POST /cases/{draft}/predecessors", ASK, {"predecessor": "{earlier}"}),
    Line("spreading.unlink", "POST /cases/{draft}/predecessors/5/removal", ASK),
    Line("spreading.settle", "POST /adoptions/{proposed}/settlement", TOWN, {"on": True}),
    Line("spreading.settle", "POST /adoptions/{proposed}/settlement", TOWN, {"on": False}),
    Line("spreading.hear", "POST /adoptions/{unheard}/hearing", TOWN, {"thanks": "ありがとう"}),
    Line("spreading.seen", "POST /adoptions/{thanked}/thanks-seen", TOWN),
    Line("cases.bookmark", "POST /cases/{copied}/bookmark", READ, {"on": True}),
    Line("cases.thank", "POST /cases/{copied}/thanks", READ, {"on": True}),
    Line("case_news.follow", "POST /cases/following", Who(*[ANYBODY.anything] * 3), {"field": "{field}", "on": True}),
    Line("case_news.seen", "POST /cases/{copied}/news", READ),
    Line("case_work.new", "GET /cases/new", CASE_WRITERS),
    Line(
        "case_work.create",
        "POST /cases/new",
        CASE_WRITERS,
        {"title": "題名", "summary": "要約", "organisation_id": "{town}"},
    ),
    Line("case_work.edit", "GET /cases/{draft}/edit", ASK),
    Line("case_work.save", "POST /cases/{draft}/edit", ASK, {"base": 1, "changes": {"lessons": "学び"}}),
    Line("case_work.contact", "POST /cases/{draft}/contact", ASK, {}),
    Line("case_work.interval", "POST /cases/{draft}/interval", ASK, {"months": 12}),
    Line("case_work.submit", "POST /cases/{draft}/submit", ASK, {"version": 1}),
    Line("case_work.approve", "POST /cases/{review}/approve", MANAGER, {"version": 1}),
    Line("case_work.return", "POST /cases/{review}/return", CASE_SIDE, {"version": 1, "comment": "直す"}),
    Line("case_work.publish", "POST /cases/{agreed}/publish", DX, {"version": 1}),
    Line("case_work.share", "POST /cases/{draft}/share", ASK, {"audience": "members"}),
    Line("case_work.share", "POST /cases/{out}/share", CASE_SIDE, {"audience": "town"}),
    Line("case_work.share", "POST /cases/{wide}/share", CASE_SIDE, {"audience": "town"}),
    Line("case_work.end", "POST /cases/{out}/end", CASE_SIDE, {"reason": "やめた"}),
    Line("case_work.ending", "POST /cases/{over}/ending", CASE_SIDE, {}),
    Line("case_work.withdraw", "POST /cases/{out}/withdraw", CASE_SIDE, {}),
    # sharing: {preparing}, {asked} (by the supporter of the town), {shared} are editions of the body's consultation
    Line("messages.mark", "POST /messages/{message}/passages", ASK, {"kind": "issue", "on": True}),
    Line("sharing_threads.begin", "POST /threads/{thread}/sharings", ASK, {"kind": "case"}),
    Line("sharing_threads.help_others", "POST /threads/{thread}/help", AUTHOR, {"yes": False}),
    Line("sharings.index", "GET /sharings", SHARING_PAGES),
    Line("sharings.show", "GET /sharings/{preparing}", ASK),
    Line(
        "sharings.save",
        "POST /sharings/{preparing}",
        ASK,
        {"version": 1, "title": "題", "parts": [], "room_id": "{commons}"},
    ),
    Line("sharings.hiding", "POST /sharings/{preparing}/hiding", ASK, {"version": 1, "kinds": ["money"]}),
    Line("sharings.ask", "POST /sharings/{preparing}/request", ASK, {"version": 1}),
    Line("sharings.case", "POST /sharings/{case_sharing}/case", ASK, {"version": 1}),
    Line("sharings.agree", "POST /sharings/{asked}/consent", ASK, {"version": 1}),
    Line("sharings.give_back", "POST /sharings/{asked}/return", ASK, {"version": 1, "remark": "直す"}),
    Line("sharings.withdraw", "POST /sharings/{shared}/withdraw", ASK),
    Line("sharings.authors", "POST /sharings/{shared}/authors", LEAD, {"reason": "本人の依頼"}),
    Line("outgoing.show", "GET /cases/{draft}/outgoing", ASK),
    Line("case_work.confirm", "POST /cases/{out}/confirm", MANAGER, {"answer": "running"}),
    Line("case_work.confirm", "POST /cases/{out}/confirm", MANAGER, {"answer": "changed"}),
    Line("case_work.confirm", "POST /cases/{out}/confirm", MANAGER, {"answer": "ended", "reason": "やめた"}),
    # reading cases, asking about them, and what the prefecture looks after
    Line("reading.compare", "GET /cases/compare?id={draft}", ANYBODY),
    Line("reading.leader", "GET /cases/{draft}/leader", READ),
    Line("reading.of_room", "GET /rooms/{case_room}/case", READ),
    Line("reading.compose", "GET /cases/{out}/ask", WRITE),
    Line("reading.ask", "POST /cases/{out}/questions", WRITE, {"body": "費用は", "client_id": "{new}"}),
    Line("reading.pause", "POST /cases/{out}/pause", ASK, {"until": "2099-01-01"}),
    Line("collections.index", "GET /cases/collections", ANYBODY),
    Line("collections.create", "POST /cases/collections", DX_ONLY, {"title": "特集"}),
    Line("collections.show", "GET /cases/collections/{collection}", READ),
    Line("collections.save", "POST /cases/collections/{collection}", DX, {"title": "特集"}),
    Line("collections.put", "POST /cases/collections/{collection}/cases", DX, {"case_id": "{any_case}"}),
    Line("collections.take", "POST /cases/collections/{collection}/removal", DX, {"case_id": "{any_case}"}),
    Line("collections.publish", "POST /cases/collections/{collection}/publication", DX, {"on": True}),
    Line("curation.fields", "GET /cases/fields", DX_ONLY),
    Line("curation.add_field", "POST /cases/fields", DX_ONLY, {"name": "{new}"}),
    Line("curation.change_field", "POST /cases/fields/{field}", DX, {"name": "{new}", "position": 1}),
    Line("curation.drop_field", "POST /cases/fields/{field}/removal", DX, {}),
    Line("curation.tags", "GET /cases/tags", DX_ONLY),
    Line("curation.add_tag_group", "POST /cases/tags/groups", DX_ONLY, {"name": "{new}"}),
    Line("curation.add_tag", "POST /cases/tags/groups/{tag_group}/tags", DX, {"name": "{new}"}),
    Line("curation.settle_tag", "POST /cases/tags/{tag}", DX, {"means": "{new}"}),
    Line("curation.settle_tag", "POST /cases/tags/{tag}", DX, {}),
    Line("curation.bases", "GET /cases/bases", DX_ONLY),
    Line("curation.add_basis", "POST /cases/bases", DX_ONLY, {"name": "{new}"}),
    Line("curation.settle_basis", "POST /cases/bases/{basis}/name", DX, {"name": "{new}"}),
    Line(
        "curation.settle_basis",
        "POST /cases/bases/{basis}/name",
        DX,
        {"name": "名", "kind": "law", "means": "{other_basis}"},
    ),
    Line("curation.change_basis", "POST /cases/bases/{basis}", DX, {"note": "改正"}),
    # 支援カルテ
    Line("quarters.index", "GET /quarters", CASE_WRITERS),
    Line("quarters.show", "GET /quarters/2026-2", CASE_WRITERS),
    Line("quarters.file", "GET /quarters/2026-2/csv", CASE_WRITERS),
    Line("quarters.rows", "GET /quarters/2026-2/figures/asked/{organisation}", ASK),
    Line("karte.index", "GET /support", CASE_WRITERS),
    Line("karte.show", "GET /support/{organisation}", ASK),
    Line("karte.fact", "GET /support/{organisation}/facts/network", ASK),
    Line("karte.record", "POST /support/{organisation}/facts", ASK, GOALS),
    Line("karte_work.plan_new", "GET /support/{organisation}/plan/new", ASK),
    Line("karte_work.plan_add", "POST /support/{organisation}/plan", ASK, PLAN | {"client_id": "{new}"}),
    Line("karte_work.plan_item", "GET /support/plan/{plan_item}", ASK),
    Line("karte_work.plan_change", "POST /support/plan/{plan_item}", ASK, PLAN | PLAN_LATE),
    Line("karte_work.contact_new", "GET /support/{organisation}/contacts/new", ASK),
    Line("karte_work.contact_record", "POST /support/{organisation}/contacts", ASK, CALL | {"client_id": "{new}"}),
    Line("karte_work.contact", "GET /support/contacts/{contact}", ASK),
    Line("karte_work.contact_correct", "POST /support/contacts/{contact}", ASK, CALL | {"reason": "日の間違い"}),
    Line("karte_timeline.index", "GET /support/{organisation}/timeline", ASK),
    Line("karte_work.note", "POST /support/{organisation}/notes", DX, {"body": "県内だけの話", "client_id": "{new}"}),
    # 視察: {visit} is of the body itself to the prefecture, {visit_over} agreed for a day that has come
    Line("visits.index", "GET /visits", CASE_WRITERS),
    Line("visits.new", "GET /cases/{copied}/visits/new", TOWN),
    Line("visits.create", "POST /cases/{copied}/visits", TOWN, VISIT),
    Line("visits.show", "GET /visits/{visit}", ASK),
    Line("visits.paper", "GET /visits/{visit}/print", ASK),
    Line("visits.accept", "POST /visits/{visit}/accept", DX, {"agreed_on": "2099-01-01"}),
    Line("visits.decline", "POST /visits/{visit}/decline", DX, {"reply": "混み合っています。"}),
    Line("visits.withdraw", "POST /visits/{visit}/withdraw", TOWN, {}),
    Line("visits.finish", "POST /visits/{visit_over}/finish", DX, {"findings": "問いと答え"}),
]

EVENTS = [
    Line("feed:open", "", ANYBODY, {"streams": ["room:{room}"]}),
    Line("feed:close", "", ANYBODY, {"streams": ["room:{room}"]}),
    Line("thread:open", "", WRITE, {"room_id": "{room}", "kind": "talk", "body": "話", "client_id": "{new}"}),
    Line("thread:open", "", NOTICE, {"room_id": "{room}", "kind": "notice", "body": "話", "client_id": "{new}"}),
    Line("thread:open", "", ASK, {"room_id": "{room}", "kind": "consultation", "body": "話", "client_id": "{new}"}),
    Line("message:post", "", WRITE, {"thread_id": "{thread}", "body": "話", "client_id": "{new}"}),
    Line("message:edit", "", AUTHOR, {"message_id": "{message}", "body": "直した", "version": 1}),
    Line("message:delete", "", AUTHOR, {"message_id": "{message}"}),
    Line("reaction:set", "", WRITE, {"message_id": "{message}", "emoji": "👍", "on": True}),
    Line("thread:acknowledge", "", WRITE, {"thread_id": "{thread}", "on": True}),
    Line("thread:read", "", READ, {"thread_id": "{thread}", "position": 1}),
    Line("note:post", "", DX, {"thread_id": "{thread}", "body": "メモ", "client_id": "{new}"}),
    Line("passage:set", "", ASK, {"message_id": "{message}", "kind": "effect", "on": True}),
    Line("search:similar", "", ANYBODY, {"text": "帳票の様式を変えたい"}),
    Line("typing:start", "", WRITE, {"thread_id": "{thread}"}),
]


@pytest.fixture
def things(app: Flask, world: World) -> Things:
    app.extensions["hub.limits"].enabled = False
    return Things(world)


def names_in(line: Line) -> list[str]:
    return re.findall(r"{(\w+)}", line.address + json.dumps(line.fields))


def filled_in(template: Any, ids: dict[str, str]) -> Any:
    """The template with the ids in it."""
    text = json.dumps(template)
    for name, id_ in ids.items():
        text = text.replace("{" + name + "}", id_)
    return json.loads(text)


def allowed(line: Line, kind: str) -> list[str]:
    roles = line.who.anything if line.who.anything is not None else getattr(line.who, kind, "")
    return [role for role in ROLES if role in roles.split()]


def succeeding(line: Line, kind: str) -> list[str]:
    """On PostgreSQL the first of those who may of each kind."""
    return allowed(line, kind)[:1] if SERVER else allowed(line, kind)


def kinds_of(line: Line) -> tuple[str, ...]:
    return ("anything",) if line.who.anything is not None else ("own", "foreign", "granted", "none")


def tried(line: Line, kind: str) -> tuple[str, ...]:
    return INVITED if kind == "granted" else ROLES


def request(
    world: World, line: Line, who: str | None, ids: dict[str, str], token: bool = True, browser: Browser | None = None
) -> TestResponse:
    """As a program asks."""
    browser = browser or world.client(who)
    method, address = filled_in(line.address, ids).split(" ", 1)
    if method == "GET":
        return browser.get(address, headers=JSON)
    fields = filled_in(line.fields, ids)
    headers = JSON | ({"X-CSRFToken": browser.csrf} if token else {})
    if line.upload:
        fields = fields | {"file": (BytesIO(UPLOADS[line.upload]), line.upload)}
    return browser.post(address, headers=headers, **({"data": fields} if line.form else {"json": fields}))


def page(browser: Browser, line: Line, ids: dict[str, str]) -> tuple[int, str]:
    """As a person's browser asks: status and text, without what names the thing or the session."""
    method, address = filled_in(line.address, ids).split(" ", 1)
    fields = {name: "1" if value is True else value for name, value in filled_in(line.fields, ids).items()}
    answer = browser.get(address) if method == "GET" else browser.post_form(address, **fields)
    text = re.sub(r'(csrf-token" content|csrf_token" value|session-ends-in-s|ends-in-s)="[^"]*"', "", answer.text)
    text = re.sub(r'"absolute_at": "[^"]*"', "", text)  # when the session ends
    text = re.sub(r'(id="given-back-\d+"[^>]*>)[^<]*', r"\1", text)  # a refused form gives back what was typed
    text = re.sub(r"client-\d{6}", "", text)
    return answer.status_code, text.replace(address, "")


def written(store: Database) -> dict[str, int]:
    """How many rows stand in each table; signing in writes some by itself."""
    own = {"sign_ins", "failure_buckets"}
    counts = [
        sa.select(sa.func.count()).select_from(t).scalar_subquery().label(t.name)
        for t in Base.metadata.sorted_tables
        if t.name not in own
    ]
    with store.read() as session:
        return dict(session.execute(sa.select(*counts)).mappings().one())


class Watched:
    """What the successes of one line cause, held against the file."""

    def __init__(self, world: World, table: Table, line: Line) -> None:
        self.world, self.table, self.line = world, table, line
        self.pages = None if line.address.startswith("GET") else Pages(world)
        self.kinds: set[str] = set()

    @contextmanager
    def success(self, kind: str, who: str | None) -> Iterator[None]:
        world = self.world
        body = world.foreign_town if kind == "foreign" else world.town
        pages = None if kind in self.kinds else self.pages
        self.kinds.add(kind)
        effects = Effects(world, pages, world.staff_id(who) if who else 0, body)
        with effects.watch():
            yield
        self.table.hold(key_of(self.line), kind, who or "nobody", effects.found, paged=pages is not None)


@pytest.fixture(scope="session")
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    table = Table(request.config.getoption("--write-effects"))
    yield table
    table.write([key_of(line) for line in ROUTES + EVENTS])


def ids_of(lines: list[Line]) -> list[Any]:
    """The name, and which of its lines: a new line elsewhere changes no other's name."""
    before: Counter[str] = Counter()
    params = []
    for line in lines:
        before[line.name] += 1
        params.append(pytest.param(line, id=f"{line.name}-{before[line.name]}"))
    return params


def test_every_route_has_a_line(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == {line.name for line in ROUTES}


def test_every_event_has_a_line(app: Flask) -> None:
    assert set(app.extensions["hub.events"]) == {line.name for line in EVENTS}


def test_every_method_of_every_route_has_a_line(app: Flask) -> None:
    rules = {(r.endpoint, m) for r in app.url_map.iter_rules() for m in r.methods - {"HEAD", "OPTIONS"}}
    assert rules == {(line.name, line.address.split(" ")[0]) for line in ROUTES}


def test_lines_reach_the_route_that_they_name(app: Flask, things: Things) -> None:
    adapter = app.url_map.bind("localhost")
    for line in ROUTES:
        ids = things.ids("none", names_in(line))
        method, address = filled_in(line.address, ids).split(" ", 1)
        assert adapter.match(address.partition("?")[0], method)[0] == line.name


@pytest.mark.parametrize("line", ids_of([line for line in ROUTES if not line.who.signed_out]))
def test_routes(world: World, things: Things, table: Table, line: Line) -> None:
    watched = Watched(world, table, line)
    for kind in kinds_of(line):
        ids = things.ids(kind, names_in(line))
        before = written(world.store)
        answer = request(world, line, None, ids)
        assert (answer.status_code, answer.json["error"]["code"]) == (401, "signed_out"), kind
        for role in tried(line, kind):
            if role not in allowed(line, kind):
                answer = request(world, line, role, ids)
                assert answer.status_code == 404, (kind, role, answer.status_code)
                assert answer.json["error"]["code"] == "not_found", (kind, role)
        assert written(world.store) == before, kind
    for kind in kinds_of(line):
        ids = things.ids(kind, names_in(line))
        for n, role in enumerate(succeeding(line, kind)):
            if n and line.address.startswith("POST"):  # which may have used them up
                ids = things.ids(kind, names_in(line))
            browser = world.client(role)
            with watched.success(kind, role):
                answer = request(world, line, role, ids, browser=browser)
                assert answer.status_code < 400, (kind, role, answer.status_code, answer.text[:300])


@pytest.mark.once
@pytest.mark.parametrize(
    "line",
    ids_of([line for line in ROUTES if line.who.anything is None and not re.search("{wide}|{taken}", line.address)]),
)  # which every member reads, whosever it is
def test_the_foreign_looks_like_the_absent(world: World, things: Things, line: Line) -> None:
    foreign, absent = things.ids("foreign", names_in(line)), things.ids("none", names_in(line))
    for role in set(ROLES) - {"supporter", "lead"} - set(allowed(line, "foreign")):  # the DX section reads all rooms
        browser = world.client(role)
        assert page(browser, line, foreign) == page(browser, line, absent), role


@pytest.mark.parametrize("line", ids_of([line for line in ROUTES if line.who.signed_out]))
def test_public_routes(world: World, things: Things, table: Table, line: Line) -> None:
    watched = Watched(world, table, line)
    for who in (None, *ROLES):
        ids, browser = things.ids("anything", names_in(line)), world.client(who)
        with watched.success("anything", who):
            answer = request(world, line, who, ids, browser=browser)
        assert answer.status_code == line.refusal or (not line.refusal and answer.status_code < 400), who


def needs_token(line: Line) -> bool:
    """Mail programs end mails of themselves, by the signed word in the address (RFC 8058)."""
    return line.address.startswith("POST") and line.name != "mail_choices.end"


@pytest.mark.once
@pytest.mark.parametrize("line", ids_of([line for line in ROUTES if needs_token(line)]))
def test_nothing_is_posted_without_the_pages_token(world: World, things: Things, line: Line) -> None:
    ids = things.ids("own", names_in(line))
    before = written(world.store)
    for who in ("supporter", "officer"):
        assert request(world, line, who, ids, token=False).status_code == 400, who
    answer = request(world, line, None, ids, token=False)
    assert answer.status_code == (400 if line.who.signed_out else 401), "whose sign-in has ended is told so"
    assert written(world.store) == before


@pytest.mark.parametrize("line", ids_of(EVENTS))
def test_events(world: World, things: Things, table: Table, line: Line) -> None:
    watched = Watched(world, table, line)
    for kind in kinds_of(line):
        ids = things.ids(kind, names_in(line))
        before = written(world.store)
        for role in tried(line, kind):
            if role not in allowed(line, kind):
                ack = Socket(world.client(role)).ask(line.name, filled_in(line.fields, ids))
                assert ack["error"]["code"] == "not_found", (kind, role, ack)
        assert written(world.store) == before, kind
    for kind in kinds_of(line):
        for role in succeeding(line, kind):
            ids, socket = things.ids(kind, names_in(line)), Socket(world.client(role))
            with watched.success(kind, role):
                ack = socket.ask(line.name, filled_in(line.fields, ids))
            assert ack["ok"], (kind, role, ack)


@pytest.mark.parametrize("permission", list(Permission))
def test_every_permission_is_in_the_table(permission: Permission) -> None:
    assert permission in TABLE


def test_effects_stand_for_every_success() -> None:
    """Also where this data base is not asked: each line, each kind, each role, and nothing of lines that are gone."""
    expected = {
        (key_of(line), kind, role)
        for line in ROUTES + EVENTS
        for kind in (["anything"] if line.who.signed_out else kinds_of(line))
        for role in (["nobody", *ROLES] if line.who.signed_out else allowed(line, kind))
    }
    assert {(key, *who) for key, found in read_file().items() for who in found} == expected
