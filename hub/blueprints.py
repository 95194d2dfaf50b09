"""Every feature's routes and socket events, in one list."""

from hub.accounts.invitation_routes import bp as invitations
from hub.accounts.office_routes import bp as offices
from hub.accounts.people_routes import bp as people
from hub.accounts.routes import bp as accounts
from hub.accounts.staff_import_routes import bp as staff_import
from hub.assets.routes import bp as assets
from hub.attachments.routes import bp as files
from hub.exchange.routes import bp as exchange
from hub.feed.events import events as feed_events
from hub.feed.routes import bp as feed
from hub.health.routes import bp as health
from hub.home.routes import bp as home
from hub.inbox.routes import bp as inbox
from hub.jobs.routes import bp as jobs
from hub.library.collection_routes import bp as collections
from hub.library.curation_routes import bp as curation
from hub.library.news_routes import bp as case_news
from hub.library.reading_routes import bp as reading
from hub.library.routes import bp as cases
from hub.library.work_routes import bp as case_work
from hub.mail.choice_routes import bp as mail_choices
from hub.mail.routes import bp as mail
from hub.quarters.routes import bp as quarters
from hub.records.routes import bp as records
from hub.rooms.circle_routes import bp as circles
from hub.search.events import events as search_events
from hub.search.meaning_routes import bp as meaning
from hub.search.near_routes import bp as near
from hub.search.routes import bp as search
from hub.search.suggest_routes import bp as suggestions
from hub.search.synonym_routes import bp as synonyms
from hub.sharing.case_routes import bp as outgoing
from hub.sharing.routes import bp as sharings
from hub.sharing.thread_routes import bp as sharing_threads
from hub.spreading.matrix_routes import bp as spreading_matrix
from hub.spreading.routes import bp as spreading
from hub.support.routes import bp as karte
from hub.support.timeline_routes import bp as karte_timeline
from hub.support.work_routes import bp as karte_work
from hub.threads.consultations.charge_routes import bp as charge
from hub.threads.consultations.promise_routes import bp as promises
from hub.threads.consultations.routes import bp as turns
from hub.threads.consultations.rules_routes import bp as rules
from hub.threads.draft_routes import bp as drafts
from hub.threads.events import events as thread_events
from hub.threads.message_routes import bp as messages
from hub.threads.moving_routes import bp as moving
from hub.threads.notes.events import events as note_events
from hub.threads.notes.routes import bp as notes
from hub.threads.notice_routes import bp as notices
from hub.threads.paper_routes import bp as paper
from hub.threads.recording_routes import bp as receptions
from hub.threads.redacting_routes import bp as redacting
from hub.threads.room_routes import bp as rooms
from hub.threads.routes import bp as threads
from hub.threads.thread_routes import bp as steering
from hub.visits.routes import bp as visits

BLUEPRINTS = (
    health,
    assets,
    accounts,
    home,
    inbox,
    feed,
    rooms,
    circles,
    threads,
    messages,
    steering,
    turns,
    charge,
    promises,
    rules,
    receptions,
    moving,
    redacting,
    notices,
    paper,
    drafts,
    notes,
    files,
    people,
    staff_import,
    invitations,
    offices,
    records,
    jobs,
    mail,
    mail_choices,
    search,
    suggestions,
    meaning,
    near,
    synonyms,
    cases,
    case_work,
    spreading,
    reading,
    case_news,
    collections,
    curation,
    visits,
    quarters,
    karte,
    karte_work,
    karte_timeline,
    spreading_matrix,
    exchange,
    sharing_threads,
    sharings,
    outgoing,
)
EVENT_SETS = (feed_events, thread_events, note_events, search_events)
