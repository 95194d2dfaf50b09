"""Who will read this, in words: the sentence beside every button that sends something."""

from flask_babel import gettext as _

from hub.audiences.queries import Readers

NAMED = 3


def describe_readers(readers: list[Readers]) -> str:
    """「吉岡町の職員(3人)と県DX担当(6人)」; more than three bodies are counted, not named."""
    bodies = [r for r in readers if r.kind == "organisation"]
    parts = [_("%(name)sの職員(%(n)s人)", name=r.name, n=len(r.staff)) for r in bodies]
    if len(bodies) > NAMED:
        parts = [_("%(bodies)s団体の職員(%(n)s人)", bodies=len(bodies), n=sum(len(r.staff) for r in bodies))]
    parts += [_("%(name)s(%(n)s人)", name=r.name, n=len(r.staff)) for r in readers if r.kind in ("dx", "section")]
    people = [r for r in readers if r.kind == "staff"]
    parts += [r.name for r in people] if len(people) <= NAMED else [_("ほか%(n)s人", n=len(people))]
    return _join(parts)


def describe_dx(readers: list[Readers]) -> str:
    """Who reads a 県内メモ: the DX section alone."""
    return _join([_("%(name)s(%(n)s人)だけ", name=r.name, n=len(r.staff)) for r in readers if r.kind == "dx"])


def _join(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)sと%(last)s", first=_("、").join(parts[:-1]), last=parts[-1])
