"""自動処理: what failed, and doing it again."""

from flask import Blueprint, current_app, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.actor import Actor
from hub.db import db
from hub.forms import command_of
from hub.jobs.commands import RetryJob
from hub.jobs.install import runner_of
from hub.jobs.queries import MOST_FAILED, how_jobs_stand, list_failed
from hub.jobs.services import retry_job
from hub.jobs.wording import fault_words
from hub.page import page_state
from hub.responses import done
from hub.security.permissions import Permission
from hub.security.requires import requires
from hub.shown import Shown, wants_all

bp = Blueprint("jobs", __name__)


@bp.get("/admin/jobs")
@requires(Permission.JOBS_MANAGE)
def index(actor: Actor) -> str:
    with db.read() as session:
        whole = wants_all()
        return render_template(
            "jobs/index.html",
            page_state=page_state(session, actor),
            standing=how_jobs_stand(session),
            jobs=Shown(list_failed(session, actor, whole=whole), MOST_FAILED, whole),
            words={name: line.words for name, line in runner_of(current_app).table.by_name.items()},
            fault_words=fault_words,
        )


@bp.post("/admin/jobs/<int:job_id>/retry")
@requires(Permission.JOBS_MANAGE)
def retry(actor: Actor, job_id: int) -> Response | tuple[Response, int]:
    db.write(retry_job, actor, command_of(RetryJob, job_id=job_id))
    return done({}, url_for("jobs.index"), _("再実行します。"))
