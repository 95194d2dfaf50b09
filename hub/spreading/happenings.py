"""What happens to the list of what to check before adopting a case."""

from hub.events.happenings import Audited


class ChecklistChanged(Audited):
    action = "checklist.changed"

    @property
    def subject(self) -> str:
        return "checklist"
