"""Everything that is done later, and what runs by itself: kind -> function, and when. Nothing registers itself
elsewhere. How to add a job stands in docs/architecture.md."""

from datetime import timedelta

from flask_babel import lazy_gettext as _

from hub.clock import OPENS
from hub.db import Database
from hub.exchange.jobs import TakeFile
from hub.exchange.taking import take_file
from hub.files import jobs as files
from hub.jobs.calendar import Daily, Every
from hub.jobs.table import JobTable, Recurring, Standing, work
from hub.mail import jobs as mail
from hub.mail.outbox import SendMails
from hub.retention import jobs as retention
from hub.search import jobs as search
from hub.search.indexer import work_off
from hub.search.outbox import count_waiting, when_written
from hub.threads.consultations import silence


def _tend_reading(database: Database) -> bool:
    """Start the reading process anew when it has ended, before somebody waits for it."""
    database.reader.tend()
    return False


TABLE = JobTable(
    work=(
        work(TakeFile, take_file, _("事例ファイルの取込み")),
        work(files.TendFiles, files.tend_files, _("添付ファイルの検査と片付け")),
        work(files.SweepFiles, files.sweep_files, _("添付ファイルの置き場所の点検")),
        work(retention.DropOldRows, retention.drop_old_rows, _("保存期間を過ぎた記録の削除")),
        work(SendMails, mail.send_mails, _("メールの送信")),
        work(mail.TellAtOnce, mail.tell, _("すぐに送るメールの準備")),
        work(mail.MakeDigests, mail.make_all, _("1日1回のメールの準備")),
        work(mail.DropOldMails, mail.drop_old_mails, _("送り終えたメールの記録の削除")),
        work(search.NamePeopleByDate, search.name_people, _("所属の変更の検索への反映")),
        work(silence.TendSilence, silence.tend_silence, _("書き込みのない相談の確認と終了")),
    ),
    recurring=(
        Recurring(files.TendFiles(), Every(timedelta(seconds=files.TEND_S))),
        Recurring(files.SweepFiles(), Every(timedelta(seconds=files.SWEEP_S))),
        Recurring(retention.DropOldRows(), Every(timedelta(seconds=retention.EVERY_S))),
        Recurring(SendMails(), Every(timedelta(seconds=mail.SEND_S))),
        Recurring(mail.TellAtOnce(), Every(timedelta(seconds=mail.TELL_S))),
        Recurring(mail.MakeDigests(), Daily(OPENS.hour, OPENS.minute)),
        Recurring(mail.DropOldMails(), Every(timedelta(seconds=mail.DROP_S))),
        Recurring(search.NamePeopleByDate(), Every(timedelta(seconds=search.DATES_S))),
        Recurring(silence.TendSilence(), Every(timedelta(seconds=silence.EVERY_S))),
    ),
    standing=(
        Standing("reading", _tend_reading, search.INDEX_PAUSE_S, everywhere=True),
        Standing(
            "index",
            work_off,
            search.INDEX_PAUSE_S,
            when_written,
            together_s=search.INDEX_TOGETHER_S,
            gives_way=True,
            waiting=count_waiting,
        ),
    ),
)
