"""Files among the documents (資料) of a case: uploaded with the form's step, hung on the case when it is saved."""

import re

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from hub.actor import Actor
from hub.errors import HubError
from hub.files.attaching import attach
from hub.files.presenters import attachments_of_case
from hub.files.receiving import receive
from hub.library.content import Content
from hub.library.models import Case

_FIELD = re.compile(r"documents-([0-9]{1,2})-file")


def with_uploads(
    actor: Actor, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
) -> tuple[MultiDict[str, str], list[HubError]]:
    """The form with the ids of what it brought, a nameless row under its file's name; and why others were refused."""
    filled, faults = form.copy(), []
    for field, upload in files.items():
        match = _FIELD.fullmatch(field)
        if not match or not upload.filename:
            continue
        try:
            taken = receive(actor, upload)
        except HubError as fault:
            faults.append(fault)
            continue
        row = f"documents-{match[1]}"
        filled[f"{row}-attachment_id"] = taken["attachment_id"]
        if not filled.get(f"{row}-name", "").strip():
            filled[f"{row}-name"] = taken["name"]
    return filled, faults


def hang_on_case(session: Session, actor: Actor, case: Case, content: Content) -> None:
    """Make the files that a version names the case's own. Raises ValidationFailed for any that is neither the
    case's nor a free upload of the actor: a version must not open the files of another."""
    named = {row.attachment_id for row in content.documents if row.attachment_id}
    fresh = [int(id_) for id_ in sorted(named - set(attachments_of_case(session, case.id)))]
    attach(session, actor, fresh, field="documents", case_id=case.id)
