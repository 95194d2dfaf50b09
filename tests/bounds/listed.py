"""Limits that `test_bounds.py` does not try itself: where they are tried, or why there is nothing to try."""


def _named(reason: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), reason)


# Limit -> the test that has both sides of it.
ELSEWHERE = {
    "accounts.directory:PAGE": "people/test_postings.py::test_many_people_come_in_pages",
    "accounts.invitations:MOST_AT_ONCE": "bounds/test_quotas.py::test_so_many_are_invited_at_once",
    "accounts.staff_import:MOST_ROWS": "bounds/test_quotas.py::test_so_many_rows_of_people_are_taken_in",
    "people.input:PASSWORD_LEAST_DIFFERENT": ("bounds/test_quotas.py::test_so_many_different_signs_in_a_password"),
    "exchange.importing:MOST_ROWS": "bounds/test_quotas.py::test_so_many_rows_are_taken_in_on_the_page",
    "feed.queries:GAP_CHARS": (
        "feed/test_gaps_with_the_answer.py::test_many_streams_and_no_more_text_than_a_reader_may_leave_unread"
    ),
    "feed.streams:MOST_STREAMS": "bounds/test_quotas.py::test_so_many_streams_are_opened_at_once",
    "feed.transport.frames:MOST_FRAGMENTS": "feed/transport/test_frames.py::test_too_many_fragments_are_refused",
    "files.attaching:MOST": "bounds/test_quotas.py::test_so_many_files_hang_on_one_message",
    "files.names:NAME_CHARS": "bounds/test_quotas.py::test_a_long_name_of_a_file_is_cut_and_keeps_its_ending",
    "home.morning:MOST": "home/test_morning.py::test_more_than_are_shown_are_said_and_shown_when_asked_for",
    "library.content:MOST_ROWS": "bounds/test_quotas.py::test_rows_links_and_sums_of_a_case",
    "library.content:MOST_YEN": "bounds/test_quotas.py::test_rows_links_and_sums_of_a_case",
    "library.content:URL_CHARS": "bounds/test_quotas.py::test_rows_links_and_sums_of_a_case",
    "library.paper:PAGES_CHARS": "library/test_reading.py::test_paper_is_cut_to_two_pages_and_says_so",
    "quarters.queries:MOST": "quarters/test_pages.py::test_many_consultations_behind_a_figure_are_shown_when_asked_for",
    "reading.reader:MOST_OF_ONE": "reading/test_process.py::test_one_person_leaves_room_for_others",
    "reading.reader:MOST_WAITING": "reading/test_process.py::test_too_many_questions_are_refused_at_once",
    "writing:MOST": "test_writing.py::test_who_waits_meanwhile_is_written_together",
    "search.saved:MOST_REMEMBERED": (
        "search/test_saved.py::test_of_too_many_hits_nothing_is_counted_and_the_line_says_so"
    ),
    "search.synonym_services:MOST_WORDS": "bounds/test_quotas.py::test_words_of_a_group",
    "support.timeline:PAGE": "support/test_timeline.py::test_pages_of_one_size_hold_each_thing_once",
    "support.services.facts:MOST_NUMBER": "support/test_facts.py::test_so_many_people_and_no_more",
    "sheets.cells:LONGEST_FORM": "sheets/test_workbooks.py::test_a_format_longer_than_any_program_writes_is_none",
    "threads.consultations.rules:MOST_DAYS": "threads/test_silence.py::test_not_any_number",
    "threads.input:TITLE_FROM_BODY_CHARS": "bounds/test_quotas.py::test_a_title_of_the_first_line_is_cut",
    "files.inside_office:MOST_UNPACKED_BYTES": "bounds/test_looking_inside.py::test_what_an_office_file_unpacks_to",
    "files.inside_office:MOST_DEEP": "bounds/test_looking_inside.py::test_files_in_files",
    "files.inside_pdf:MOST_UNPACKED_BYTES": ("bounds/test_looking_inside.py::test_what_the_objects_of_a_pdf_unpack_to"),
    "files.inside_pdf:HEAD_BYTES": "bounds/test_looking_inside.py::test_the_dictionary_of_a_packed_object",
    "zips:MOST_ENTRIES": "bounds/test_readers.py::test_entries_of_a_zip",
    "zips:MOST_TABLE_BYTES": "bounds/test_readers.py::test_bytes_of_a_zips_table",
    **_named(
        "bounds/test_readers.py::test_what_a_zip_unpacks_to",
        "zips:FREE_BYTES zips:MOST_RATIO zips:MOST_UNPACKED_BYTES",
    ),
    "files.drawing:MOST_PIXELS": "bounds/test_readers.py::test_pixels_of_a_picture",
    "files.receiving:FORM_BYTES": "bounds/test_looking_inside.py::test_bytes_of_a_form_with_a_file",
    "files.receiving:FORM_PARTS": "bounds/test_looking_inside.py::test_parts_of_a_form_with_a_file",
    "search.synonym_routes:FILE_BYTES": "bounds/test_looking_inside.py::test_bytes_of_a_list_of_synonyms",
    **_named(
        "bounds/test_looking_inside.py::test_groups_and_words_of_a_list",
        "search.sudachi_file:MOST_GROUPS search.sudachi_file:MOST_WORDS",
    ),
    **_named(
        "bounds/test_looking_inside.py::test_signs_of_a_word_and_of_a_line",
        "search.sudachi_file:LINE_CHARS search.sudachi_file:WORD_CHARS",
    ),
    "search.sudachi_file:MOST_WORDS_OF_GROUP": "bounds/test_looking_inside.py::test_words_of_one_group",
    "search.synonyms:MOST_ALTERNATIVES": "bounds/test_looking_inside.py::test_other_ways_to_say_one_word",
    "sheets.limits:MOST_BYTES": "bounds/test_readers.py::test_bytes_of_a_table",
    "sheets.limits:MOST_CELLS": "bounds/test_readers.py::test_cells_of_a_workbook",
    "sheets.limits:MOST_CELL_CHARS": "bounds/test_readers.py::test_signs_of_a_cell",
    "sheets.limits:MOST_COLUMNS": "bounds/test_readers.py::test_columns_of_a_table",
    "sheets.limits:MOST_PART_BYTES": "bounds/test_readers.py::test_a_part_of_a_workbook",
    "sheets.limits:MOST_ROWS": "bounds/test_readers.py::test_rows_of_a_table",
}

# Named like limits, and nothing that a person meets.
NO_LIMIT = {
    **_named(
        "how it is drawn",
        "charts.bars:LEAST charts.figures:MOST_DIGITS charts.timeline:MOST_TICKS library.source_lines:MOST_PATH "
        "library.paper:DENSE_CHARS",
    ),
    **_named(
        "how much is done or read in one step",
        "confined.asking:AT_ONCE confined.asking:LINES_AT_ONCE confined.asking:PART_BYTES feed.queries:STREAMS_AT_ONCE "
        "feed.examining:STREAMS_AT_ONCE feed.examining:LOOKED_THROUGH_AT_ONCE feed.examining:PAGES_AT_ONCE "
        "feed.transport.link:CHUNK_BYTES files.caretaker:MOST_A_TICK files.kinds:CHUNK_BYTES files.kinds:HEAD_BYTES "
        "files.inside_office:PART_BYTES files.inside_pdf:PART_BYTES "
        "files.scanner:CHUNK_BYTES intake:DRAIN_BYTES intake:DRAIN_STEP_BYTES intake:LEAST_BYTES_S "
        "backup.moving:AT_ONCE retention.keeper:AT_ONCE jobs.runner:AT_ONCE mail.jobs:AT_ONCE "
        ""
        "sharing.marking:TOGETHER_CHARS text_ahead:PLAIN_CHARS streaming:PART_BYTES files.scanner:LIMIT "
        "search.analysis:PIECE_CHARS "
        "search.blocks:MOST_SINGLY search.indexer:CHANGES_AT_ONCE search.indexer:REBUILT_AT_ONCE "
        "search.rebuilding:AT_ONCE search.rebuilding:ENCODED_AT_ONCE search.meaning.memory:READ_AT_ONCE "
        "search.meaning.steps:AT_ONCE threads.consultations.silence:AT_ONCE "
        "security.packing:INLINE_BYTES security.packing:LEAST_BYTES",
    ),
    **_named(
        "how often and after how long what failed or gave way is tried again",
        "mail.addressing:MOST_REFUSALS mail.sending:FOR_AT_MOST "
        "jobs.faults:LONGEST_PAUSE_S jobs.faults:MOST_ATTEMPTS jobs.standing:MOST_REST_S jobs.standing:MOST_TIMES",
    ),
    **_named(
        "how a password is weighed, which only has to be hard to guess as a whole",
        "accounts.guessable:LEAST_GUESSES accounts.guessable:LONGEST_WORD accounts.guessable:SHORTEST_WORD",
    ),
    **_named(
        "how much of something is remembered or waits, of which nothing is lost when it is less",
        "security.activity:MOST_REMEMBERED accounts.known_devices:MOST_ACCOUNTS accounts.links:MOST_NOTICES "
        "access_changes:MOST_KEPT mail.carriers:MOST_KEPT apart:MOST_IDLE feed.bus:MOST_WAITING",
    ),
    **_named(
        "how much of a text or of a list of faults is shown before it says that there is more",
        "backup.target:MOST_NAMED jobs.queries:MOST_FAILED mail.queries:MOST_UNREACHED "
        "mail.queries:MOST_FILES mail.digest:MOST_NAMED exchange.importing:MOST_SHOWN exchange.routes:MOST_FAULTS "
        "exchange.taking:MOST_FAULTS accounts.staff_import_routes:MOST_FAULTS "
        "accounts.staff_import_routes:MOST_SHOWN threads.last_words:EXCERPT_CHARS threads.room_listing:MOST_ROOMS "
        "library.differences:KEPT_CHARS "
        "library.differences:MOST_WORDS library.facets:MOST_SHOWN library.paper:CELL_CHARS "
        "library.paper:ENTRY_CHARS "
        "library.paper:LEADER_CHARS library.paper:LEAST_CHARS library.paper:LINK_CHARS "
        "library.services.asking:HEAD_CHARS "
        "search.excerpts:MOST_WORDS search.finder:MOST search.narrowing:MOST_VALUES search.synonym_routes:MOST_SHOWN "
        "library.queries:MOST_WORK library.vocabulary:MOST_OF_SHELF sharing.queries:MOST visits.queries:MOST_OF_CASE "
        "sheets.rows:MOST_TOLD spreading.drawing:MOST_LANES "
        "spreading.drawing:MOST_WIDE",
    ),
    **_named(
        "what a search or a picture looks at, tuned by measuring",
        "search.meaning.gist:COURTESY_CHARS search.meaning.gist:MERE_CHARS search.meaning.gist:MOST_SENTENCES "
        "search.meaning.gist:SENTENCE_CHARS search.meaning.sentence:LEAST_CHARS "
        "search.meaning.sentence:LOOKED_AT_CHARS "
        "search.documents:MEANT_CHARS search.meaning.preparing:LIMIT_S "
        "search.analysis:KEY_CHARS search.analysis:MOST_CHARS search.language:MOST_PARTS search.matching:MOST_UNITS "
        "search.ordering:MOST_RANKED search.ordering:PAGE search.preparing:LIMIT_S search.repair:LONGEST "
        "search.repair:MOST_COMPLETED search.repair:MOST_INSIDE search.repair:SHORTEST search.reuse:MOST_LISTED "
        "search.similar:TEXT_CHARS search.vocabulary:SHORTEST search.vocabulary:SHORTEST_KANA "
        "spreading.lineage:MOST_CASES spreading.lineage:MOST_NODES spreading.matrix:MOST_OWN "
        "spreading.matrix:MOST_REASONS spreading.matrix:PAGE spreading.tilemap:MOST_COLUMNS",
    ),
    **_named(
        "more than any installation has: a guard of memory, not a limit of what people do",
        "backup.manifest:MOST_BYTES feed.transport.engine:MOST_STRANGERS "
        "inbox.routes:LARGEST_ID library.bases:MOST library.cells:MOST_CHARS files.office:MOST_TYPES_BYTES "
        "threads.paper_routes:MOST",
    ),
    **_named(
        "a name for something else, or how much more is read before it is cleaned and measured",
        "away:PAGE exchange.site:PAGE library.forms:SPARE_ROWS refusals.looking:MOST_REDIRECTS refusals.places:PAGES "
        "threads.input:SLACK_CHARS threads.room_routes:WANTED_CHARS",
    ),
    **_named(
        "of rows of a file, by the same function as names that are typed",
        "accounts.body_imports:SOURCE_CHARS library.import_bodies:NAME_CHARS library.import_bodies:PREFECTURE_CHARS",
    ),
}

# Settings that are numbers -> the test that has both sides of them.
SETTINGS = {
    "absolute_hours": "bounds/test_quotas.py::test_a_sign_in_ends_to_the_second",
    "backlog_bytes": "feed/transport/test_link.py::test_who_does_not_read_is_cut_at_the_bound",
    "file_bytes": "bounds/test_quotas.py::test_a_file_may_be_just_so_large",
    "files_per_post": "bounds/test_quotas.py::test_so_many_files_hang_on_one_message",
    "files_quota_bytes": "bounds/test_quotas.py::test_the_quota_is_of_the_body_and_counts_to_the_byte",
    "frame_bytes": "feed/transport/test_frames.py::test_too_much_is_refused_by_the_header_alone",
    **_named(
        "retention/test_keeping.py::test_each_has_its_time", "keep_events_days keep_sign_ins_days keep_submissions_days"
    ),
    "idle_minutes": "bounds/test_quotas.py::test_a_sign_in_ends_to_the_second",
    "password_chars": "bounds/test_quotas.py::test_the_shortest_password",
    **_named(
        "bounds/test_quotas.py::test_so_many_at_once_and_then_one_in_so_many_seconds",
        "posts_at_once room_posts_at_once room_seconds_per_post searches_at_once seconds_per_post seconds_per_search",
    ),
}
NO_LIMIT_SETTINGS = {
    "confirm_months": "one of four",
    "silence_weeks": "when somebody is told; tests/support/test_overview.py has both sides",
    "patience_s": "how long is waited; tests/server/test_hostile_frames.py waits",
    "port": "where it listens",
    "proxies": "how many stand in front",
}
