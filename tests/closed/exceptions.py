"""What may be done to a closed thing all the same, and why. Commands by the names of the permission matrix, where only
one of its lines is meant with its fields."""

_GROUPS: tuple[tuple[str, str, str], ...] = (
    # reasons, states (separated by commas), commands
    (
        "a reader's own marks, drafts and settings tell nobody anything, and what was typed is not lost",
        "locked, archived, edition taken back",
        "suggestions.solved steering.read steering.prefer drafts.save thread:read",
    ),
    ("a reader's own setting tells nobody anything", "archived", "rooms.prefer"),
    (
        "reading what stands there tells nobody anything",
        "locked, archived, edition taken back, deleted, redacted",
        "rooms.read",
    ),
    (
        "it says that somebody has read, which a notice goes on waiting for",
        "locked, archived, edition taken back",
        "steering.confirm thread:acknowledge",
    ),
    ("opening it again, or closing what stands in a closed room", "locked, archived", "steering.lock"),
    (
        "a question that nobody can answer any more must not wait for ever",
        "locked, archived, edition taken back",
        "steering.set_state turns.pass_ charge.take charge.hand promises.put receptions.correct",
    ),
    ("a mispost leaves also a closed place", "locked, archived, edition taken back", "moving.move"),
    (
        "personal data are taken out wherever they stand",
        "locked, archived, edition taken back",
        "redacting.redact messages.redact",
    ),
    ("what the author deleted may have to be marked as redacted", "deleted", "messages.redact"),
    (
        "the DX section's own remark stands beside the thread and not in it",
        "locked, archived, edition taken back",
        "notes.post note:post",
    ),
    (
        "what was answered helps others also when nothing more is said there",
        "locked, archived",
        "sharing_threads.begin sharing_threads.help_others",
    ),
    ("the answer is kept; nothing goes out by it", "edition taken back", "sharing_threads.help_others"),
    ("who may read what is kept is decided on, and a right ends, at any time", "archived",
     "circles.change_member circles.change_guest circles.give_reason"),
    ("opening it again; saying so twice changes nothing", "archived", "circles.change_archive"),
    ("what somebody answered to stays known, as a tombstone", "deleted, redacted",
     'threads.post'),
    (
        "postings are put in order before somebody comes back, and a right ends at any time",
        "stopped",
        "people.post_to people.change people.end people.change_access",
    ),
    ("a guest's right ends at any time", "stopped", 'circles.change_guest {"staff_id": "{guest}", "on": false}'),
    ("taking part again, or putting the name right", "left", "offices.change"),
    ("cases of bodies that take no part are kept too", "left", "case_work.create"),
    (
        "what was learned is of use, and stays readable, also when the practice has ended",
        "ended",
        """cases.adopt cases.propose spreading.check spreading.link spreading.unlink spreading.settle spreading.hear
        spreading.seen cases.bookmark cases.thank exchange.public reading.ask reading.pause collections.put
        visits.create case_work.save case_work.contact case_work.interval case_work.share case_news.seen""",
    ),
    (
        "a case that was withdrawn is a draft of its body's again",
        "back with its body",
        """spreading.link spreading.unlink case_work.save case_work.contact case_work.interval case_work.submit
        case_work.share""",
    ),
    ("what the body sets of it holds once it is out again", "withdrawn", "case_work.share reading.pause"),
    ("taking away, at any time", "withdrawn, ended", "collections.take"),
    ("taking away, at any time", "ended", "case_work.withdraw"),
    ("taking a word back, at any time", "withdrawn", 'exchange.public {"on": false}'),
    ("that somebody was told changes nothing", "withdrawn, ended", "case_work.ending"),
    (
        "that it goes on after all can be said",
        "ended",
        'case_work.confirm {"answer": "running"}; case_work.confirm {"answer": "changed"}',
    ),
    ("who wrote is told with a reason, whatever became of it", "taken back", "sharings.authors"),
    ("editing chooses another room, and taking it back needs none", "target archived",
     "sharings.hiding sharings.give_back"),
    ("what was called done or dropped too early goes on", "plan over", "karte_work.plan_change"),
    ("what was noted of a visit may be mended later", "visit over", "visits.finish"),
    ("a visit that was asked for is answered and told of, whatever became of the case", "case withdrawn",
     "visits.accept visits.decline visits.withdraw visits.finish"),
)  # fmt: skip


def _commands(text: str) -> list[str]:
    return [part.strip() for part in text.split(";")] if "{" in text else text.split()


EXCEPTIONS: dict[tuple[str, str], str] = {
    (command, state): reason
    for reason, states, commands in _GROUPS
    for state in states.split(", ")
    for command in _commands(commands)
}
