"""What happens to the database as a whole."""

from hub.events.happenings import Audited


class BackupRestored(Audited):
    action = "backup.restored"

    @property
    def subject(self) -> str:
        return "installation"

    @property
    def concerned(self) -> None:
        return None  # everybody
