"""What is said of jobs on the administrator's page."""

from flask_babel import gettext as _

from hub.jobs.faults import ENDED, UNAVAILABLE


def fault_words(cause: str) -> str:
    """What `Job.last_error` says, in a sentence."""
    if cause == ENDED:
        return _("処理の途中で、プロセスが何度も終了しました。")
    if cause == UNAVAILABLE:
        return _("データベースなどが応答しませんでした。")
    return _("プログラムのエラーです（%(fault)s）。", fault=cause)
