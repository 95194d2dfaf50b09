"""What happens to the groups of words that mean the same, and to searching by meaning."""

from hub.events.happenings import Audited


class OfSynonyms(Audited):
    @property
    def subject(self) -> str:
        return "synonyms"


class SynonymsChanged(OfSynonyms):
    action = "synonyms.changed"


class SynonymsDropped(OfSynonyms):
    action = "synonyms.dropped"


class SynonymsImported(OfSynonyms):
    action = "synonyms.imported"


class OfMeaning(Audited):
    @property
    def subject(self) -> str:
        return "search"


class MeaningSwitchedOn(OfMeaning):
    action = "meaning.on"


class MeaningSwitchedOff(OfMeaning):
    action = "meaning.off"
