"""What `test_withdrawn.py` does not try, each with the reason."""


def _named(reason: str, columns: str) -> dict[str, str]:
    return dict.fromkeys(columns.split(), reason)


# Columns that never hold a text which somebody typed.
NOT_TYPED = {
    **_named(
        "one of a few words of the program",
        "adoption_echoes.heard_state adoptions.ease adoptions.state attachments.kind audit_entries.action bases.kind "
        "blobs.scan cases.led_by cases.level cases.stage cases.status checklist_items.state consultations.closed_as "
        "consultations.state consultation_promises.ended_as "
        "consultation_receptions.channel consultation_turns.closed_as consultation_turns.side consultation_turns.state "
        "consultation_turns.why feed_events.type import_files.state inbox_entries.kind jobs.kind mails.kind "
        "mail_choices.kind mail_choices.way "
        "mails.state messages.mark "
        "organisations.kind passages.kind postings.role reactions.emoji reuses.kind rooms.kind search_changes.kind "
        "search_documents.kind sharing_parts.kind sharings.kind sharings.state staff.language synonym_groups.origin "
        "karte_facts.item karte_facts.name "
        "plan_changes.side plan_changes.state plan_items.side plan_items.state support_contacts.way "
        "thread_redactions.part threads.edition threads.kind threads.urgency visits.state "
        "one_time_links.purpose",
    ),
    **_named(
        "a key, a hash, a number or a day",
        "access_changes.epoch access_changes.whom "
        "attachments.digest audiences.key blobs.digest cases.source_hash cases.source_key drafts.place "
        "failure_buckets.key feed_events.stream installation.epoch installation.vault_id one_time_links.token_hash "
        "search_state.cursor sign_ins.token_hash staff.password_hash streams.key submissions.client_id "
        "submissions.fingerprint submissions.result synonym_groups.replaces visits.proposed_dates organisations.code "
        "organisations.population_as_of search_documents.model "
        "mails.last_answer mail_addresses.last_answer mail_addresses.origin mail_told.marks",
    ),
    **_named(
        "numbers of words, packed; a word that no document holds has no number",
        "saved_searches.seen saved_searches.seen_before search_documents.flow search_documents.vector "
        "search_postings.marks search_postings.slots",
    ),
    "search_meanings.vectors": "numbers from which no text comes back; emptied with the document",
    "attachments.media_type": "said by the content",
    "organisations.source": "from the list of municipalities that is shipped",
}

# Columns that people type into and from which nothing is taken.
STAYS = {
    **_named(
        "who wrote, decided or confirmed it, as typed then",
        "acknowledgements.writer_name adoption_echoes.writer_name case_comments.writer_name case_versions.writer_name "
        "checklist_ticks.writer_name consultation_receptions.writer_name "
        "consultation_turns.writer_name messages.writer_name sign_ins.writer_name "
        "karte_facts.writer_name plan_changes.writer_name support_contacts.writer_name "
        "summary_revisions.writer_name threads.opened_writer_name visits.writer_name",
    ),
    **_named(
        "why somebody did what others must be able to check",
        "audit_entries.detail audit_entries.subject grants.reason messages.redaction_reason room_grants.reason "
        "thread_redactions.reason consultation_turns.words consultation_turns.outside",
    ),
    **_named(
        "what was known of a municipality, and why it was corrected, stays in its history",
        "karte_facts.source karte_facts.value karte_facts.why "
        "plan_changes.outside plan_changes.title plan_changes.why plan_items.outside plan_items.title "
        "support_contacts.agreed support_contacts.next_step support_contacts.people support_contacts.why",
    ),
    **_named(
        "names of bodies' parts and seats, to which past work points",
        "duties.name sections.name staff.email mail_addresses.address",
    ),
    **_named("texts of cases that say the former name mean the new one", "basis_aliases.name field_aliases.name"),
    **_named("what the two bodies said to each other", "visits.findings visits.reply"),
    **_named(
        "the DX section's own, which no municipality reads",
        "karte_notes.body notes.body notes.body_html tag_groups.name",
    ),
    **_named(
        "what a job is told: ids and marks, kinds of faults, never words that somebody typed",
        "jobs.key jobs.last_error jobs.lease jobs.payload mails.key mails.content",
    ),
    "consultation_receptions.caller": "who called, until the municipality or the DX section corrects the record",
    "case_comments.body": "what had to be changed, for those who work on the case",
    "import_files.outcome": "faults of a file, gone with it after a day",
    "sign_ins.device": "which browser it was, for the owner of the account",
    "staff.reset_notice": "who handed out a link, until its owner has read it",
}

# Endpoints whose names sound like a way out.
TAKES_NOTHING = {
    **_named(
        "earlier versions stay to be looked up; 墨消し takes them",
        "messages.edit steering.put_head",
    ),
    **_named("gives a text its place", "collections.put search.save synonyms.put"),
    **_named("says who is in charge, or until when", "charge.take promises.put"),
    **_named("edits a preparation, of which nothing is out", "sharings.hiding sharings.save"),
    **_named("says what has to be changed", "case_work.return sharings.give_back"),
    **_named(
        "ends what somebody may do, and no text",
        "accounts.change_password accounts.end_all_sign_ins accounts.end_sign_in circles.change_archive "
        "circles.change_guest circles.change_member offices.change_absence offices.change_holder people.change "
        "people.change_access people.end",
    ),
    "karte_work.plan_change": "how an item stood before stays in its history",
    "staff_import.take": "people come, and no text leaves",
    "case_work.end": "says of a case that it has ended",
    **_named("takes rows in", "exchange.take staff_import.take"),
    **_named("sets numbers, and no text", "rules.save"),
    **_named("ends or settles what mails come, and no text", "mail_choices.end mail_choices.save"),
    "spreading_matrix.retire": "who has ticked it still sees it",
}
