"""Who will read this, in words: the sentence beside every button that sends something."""

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from hub.audiences.queries import Readers

NAMED = 3


def describe_readers(readers: list[Readers]) -> str:
    """「吉岡町の職員(3人)と県DX担当(6人)」; more than three bodies are counted, not named."""
    bodies = [r for r in readers if r.kind == "organisation"]
    parts = [_staff_of(r) for r in bodies] if len(bodies) <= NAMED else [_staff_of_many(bodies)]
    parts += [_section(r) for r in readers if r.kind in ("dx", "section")]
    people = [r for r in readers if r.kind == "staff"]
    if len(people) > NAMED:
        return _join([*parts, ngettext("ほか%(n)s人", "ほか%(n)s人", len(people), n=len(people))])
    return _join([*parts, *(r.name for r in people)])


def describe_briefly(readers: list[Readers]) -> str:
    """「吉岡町3・県DX7」: the same where there is room for a few words only."""
    bodies = [r for r in readers if r.kind == "organisation"]
    if len(bodies) > NAMED:
        n = sum(len(r.staff) for r in bodies)
        parts = [ngettext("%(bodies)s団体%(n)s人", "%(bodies)s団体%(n)s人", n, bodies=len(bodies), n=n)]
    else:
        parts = [_brief(r.name, r) for r in bodies]
    parts += [_brief(_("県DX") if r.kind == "dx" else r.name, r) for r in readers if r.kind in ("dx", "section")]
    people = sum(r.kind == "staff" for r in readers)
    if people:
        parts.append(ngettext("ほか%(n)s人", "ほか%(n)s人", people, n=people))
    return pgettext("facts", "・").join(parts)


def describe_dx(readers: list[Readers]) -> str:
    """Who reads a 県内メモ: the DX section alone."""
    return _join([_section_alone(r) for r in readers if r.kind == "dx"])


def _staff_of(r: Readers) -> str:
    n = len(r.staff)
    return ngettext("%(name)sの職員（%(n)s人）", "%(name)sの職員（%(n)s人）", n, name=r.name, n=n)


def _staff_of_many(bodies: list[Readers]) -> str:
    n = sum(len(r.staff) for r in bodies)
    words = {"bodies": len(bodies), "n": n}
    return ngettext("%(bodies)s団体の職員（%(n)s人）", "%(bodies)s団体の職員（%(n)s人）", n, **words)


def _section(r: Readers) -> str:
    n = len(r.staff)
    return ngettext("%(name)s（%(n)s人）", "%(name)s（%(n)s人）", n, name=r.name, n=n)


def _section_alone(r: Readers) -> str:
    n = len(r.staff)
    return ngettext("%(name)s（%(n)s人）だけ", "%(name)s（%(n)s人）だけ", n, name=r.name, n=n)


def _brief(name: str, r: Readers) -> str:
    return _("%(name)s%(n)s", name=name, n=len(r.staff))


def _join(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)sと%(last)s", first=_("、").join(parts[:-1]), last=parts[-1])
