"""Documents of a case as files: for those who work on it at once, for readers once a version that names them is out."""

import io

import pytest
import sqlalchemy as sa

from hub.errors import ValidationFailed
from hub.files.models import Attachment
from hub.library.commands import CreateCase, SaveCase
from hub.library.models import Case
from hub.library.services.writing import create_case, save_case
from tests.agreed import put_out_as_agreed
from tests.factories import PEOPLE
from tests.files.conftest import PDF


@pytest.fixture
def case_id(world):
    return int(world.write(create_case, "officer", CreateCase("書かない窓口", "要約", None)).data["case_id"])


def save(world, case_id, *ids, who="officer", base=1):
    rows = [{"name": "仕様書", "url": "", "attachment_id": str(id_)} for id_ in ids]
    return world.write(save_case, who, SaveCase(case_id, base, {"documents": rows}))


def readers(world, id_):
    return {who for who in PEOPLE if world.client(who).get_json(f"/attachments/{id_}").status_code == 200}


def publish(world, case_id):
    from hub.audiences.services import MEMBERS, ensure_audience

    with world.store.transaction() as session:
        case = session.get_one(Case, case_id)
        case.audience_id = ensure_audience(session, MEMBERS).id
        put_out_as_agreed(world, session, case)


def test_a_file_of_anybody_elses_cannot_be_named(world, case_id):
    """Seen to fail in `attach` of hub/files/attaching.py without `uploader_id`, without `homeless()` and without the
    refusal when no row was found; and without `hang_on_case` in hub/library/services/writing.py."""
    in_a_room = world.upload("officer")
    world.thread(world.room, attachment_ids=[in_a_room])
    for id_ in (world.upload("foreign_officer"), in_a_room, 10**17):
        with pytest.raises(ValidationFailed) as refusal:
            save(world, case_id, id_)
        assert set(refusal.value.fields) == {"documents"}


def test_files_of_a_draft_are_for_those_who_work_on_it(world, case_id):
    """Seen to fail in `_case_subject` of attachments/queries.py without `place.works` (nobody had them), and with any
    place of the reader's own there and no CASE_READ in `get_case_for` of hub/library/queries.py: either keeps a
    stranger out."""
    id_ = world.upload("officer")
    save(world, case_id, id_)
    assert readers(world, id_) == {"officer", "manager", "shared", "both", "supporter", "lead"}


def test_readers_get_what_a_published_version_names_and_nothing_newer(world, case_id):
    """Seen to fail in `_case_subject` of attachments/queries.py without `published_at`, and without the search for the
    file's id: the newer one was open to all."""
    first, second = world.upload("officer"), world.upload("officer")
    save(world, case_id, first)
    publish(world, case_id)
    save(world, case_id, first, second, base=2)
    assert "foreign_officer" in readers(world, first)
    assert "foreign_officer" not in readers(world, second)


def test_the_form_takes_a_file_names_it_and_can_let_it_go(world, case_id):
    """Seen to fail without the id that `with_uploads` of hub/library/document_files.py puts into the form."""
    browser = world.client("officer")
    form = {"csrf_token": browser.csrf, "step": "5", "base": "1", "then": "show"}
    answer = browser.post(f"/cases/{case_id}/edit", data=form | {"documents-0-file": (io.BytesIO(PDF), "要綱.pdf")})
    assert answer.status_code == 303
    with world.store.read() as session:
        id_ = session.execute(sa.select(Attachment.id).where(Attachment.case_id == case_id)).scalar_one()
    page = browser.get(f"/cases/{case_id}?version=2").text
    assert f'href="/attachments/{id_}"' in page
    assert "要綱.pdf" in page
    assert "ファイルあり" in browser.get(f"/cases/{case_id}/edit?step=5").text
    kept = form | {"base": "2", "documents-0-name": "要綱", "documents-0-url": "https://example.jp/"}
    assert browser.post(f"/cases/{case_id}/edit", data=kept).status_code == 303
    assert f"/attachments/{id_}" not in browser.get(f"/cases/{case_id}?version=3").text


def test_a_refused_file_leaves_the_form_as_it_was_typed(world, case_id):
    """Seen to fail without the branch of faults in `save` of hub/library/work_routes.py: it was saved without a
    word."""
    browser = world.client("officer")
    form = {"csrf_token": browser.csrf, "step": "5", "base": "1", "lessons": "大事な学び"}
    answer = browser.post(f"/cases/{case_id}/edit", data=form | {"documents-0-file": (io.BytesIO(b"MZ\0"), "x.exe")})
    assert (answer.status_code, "大事な学び" in answer.text, "添付できません" in answer.text) == (422, True, True)
