"""系譜: from which case a case came, which came from it, and who took up which of them from whom. Only what the actor
may read is on it; a chain over an unreadable case is cut there, and goes on over one that was withdrawn from the actor,
of which it says no more than that."""

from collections import defaultdict
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.library.models import Adoption, Case, CaseVersion
from hub.library.sight import published
from hub.library.tombstones import Tombstone, tombstones
from hub.people.models import Organisation
from hub.spreading.models import Predecessor

MOST_CASES, MOST_NODES, GENERATIONS = 60, 150, 12
SHOWN = ("considering", "trial", "adopted", "adapted", "ended")


@dataclass(frozen=True)
class Also:
    """A further predecessor: its place in the list, none when there was no room for it there."""

    label: str
    note: str
    place: int | None


@dataclass(frozen=True)
class Node:
    """`parent` is the place in the list of the one below which it stands, `also` are further predecessors. `state` is
    empty for a case; `sourced`: taken from the sources of the case, not recorded here by the body."""

    label: str
    body: str
    depth: int
    parent: int | None
    case_id: int = 0
    state: str = ""
    since: str = ""
    note: str = ""
    sourced: bool = False
    current: bool = False
    gone: bool = False
    also: tuple[Also, ...] = ()


@dataclass
class _Family:
    cases: dict[int, tuple[Case, Organisation]]
    children: dict[int, list[int]]
    parents: dict[int, list[int]]
    notes: dict[tuple[int, int], str]
    adoptions: dict[int, list[tuple[Adoption, Organisation]]]
    contents: dict[int, dict[str, object]]
    gone: dict[int, Tombstone] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)


def lineage_of(session: Session, actor: Actor, case_id: int) -> list[Node]:
    """The family of the case, parents before children; at most MOST_NODES. Empty when there is nobody but itself."""
    family = _load(session, actor, case_id)
    for root in sorted(i for i in family.cases if not family.parents[i]):
        _add_case(family, root, case_id, None, 0)
    return _with_further_parents(family) if len(family.nodes) > 1 else []


def _with_further_parents(family: _Family) -> list[Node]:
    """A case stands once, below one of those it came from; where the others stand is known when all do."""
    places = {node.case_id: n for n, node in enumerate(family.nodes) if node.case_id}
    found = []
    for node in family.nodes:
        above = family.parents[node.case_id] if node.case_id else []
        further = [i for i in above if node.parent is None or family.nodes[node.parent].case_id != i]
        also = [Also(_name(family, i), family.notes.get((i, node.case_id), ""), places.get(i)) for i in further]
        found.append(replace(node, also=tuple(also)))
    return found


def _name(family: _Family, case_id: int) -> str:
    return family.gone[case_id].words if case_id in family.gone else family.cases[case_id][0].title


def _load(session: Session, actor: Actor, case_id: int) -> _Family:
    cases: dict[int, tuple[Case, Organisation]] = {}
    edges: dict[tuple[int, int], str] = {}
    gone: dict[int, Tombstone] = {}
    front = {case_id}
    for _generation in range(GENERATIONS):
        query = sa.select(Case, Organisation).join(Organisation, Organisation.id == Case.organisation_id)
        gone |= tombstones(session, actor, Case.id.in_(front))
        rows = session.execute(query.where(Case.id.in_(front), sa.or_(published(actor), Case.id.in_(gone))))
        new = {case.id: (case, body) for case, body in rows}
        cases |= new
        if not new or len(cases) >= MOST_CASES:
            break
        near = sa.or_(Predecessor.case_id.in_(new), Predecessor.predecessor_id.in_(new))
        for edge in session.scalars(sa.select(Predecessor).where(near)):
            edges[edge.predecessor_id, edge.case_id] = edge.note
        front = {i for pair in edges for i in pair} - cases.keys()
    for pair in [pair for pair in edges if gone.keys() & set(pair)]:
        edges[pair] = ""  # it may tell what was withdrawn
    children, parents = defaultdict(list), defaultdict(list)
    for parent, child in sorted(edges):
        if parent in cases and child in cases:
            children[parent].append(child)
            parents[child].append(parent)
    told = {id_: row for id_, row in cases.items() if id_ not in gone}
    return _Family(cases, children, parents, edges, _adoptions(session, told), _contents(session, told), gone)


def _adoptions(
    session: Session, cases: dict[int, tuple[Case, Organisation]]
) -> dict[int, list[tuple[Adoption, Organisation]]]:
    query = (
        sa.select(Adoption, Organisation)
        .join(Organisation, Organisation.id == Adoption.organisation_id)
        .where(Adoption.case_id.in_(cases), Adoption.confirmed_at.is_not(None), Adoption.state.in_(SHOWN))
        .order_by(Adoption.started_on.is_(None), Adoption.started_on, Organisation.code, Organisation.id)
    )
    found = defaultdict(list)
    for adoption, body in session.execute(query):
        found[adoption.case_id].append((adoption, body))
    return found


def _contents(session: Session, cases: dict[int, tuple[Case, Organisation]]) -> dict[int, dict[str, object]]:
    query = sa.select(CaseVersion.case_id, CaseVersion.content).join(
        Case, sa.and_(Case.id == CaseVersion.case_id, Case.published_version == CaseVersion.number)
    )
    return dict(session.execute(query.where(CaseVersion.case_id.in_(cases))).all())


def _add_case(family: _Family, case_id: int, current: int, parent: int | None, depth: int) -> None:
    if len(family.nodes) >= MOST_NODES or any(node.case_id == case_id for node in family.nodes):
        return
    case, body = family.cases[case_id]
    via = family.nodes[parent].case_id if parent is not None else 0
    if case_id in family.gone:
        _add_gone(family, case_id, current, parent, depth)
        return
    since, note = str(family.contents[case_id].get("started_on") or ""), family.notes.get((via, case_id), "")
    me = len(family.nodes)
    family.nodes.append(
        Node(case.title, body.name, depth, parent, case_id, "", since, note, current=case_id == current)
    )
    for child in family.children[case_id]:
        _add_case(family, child, current, me, depth + 1)
    heirs = {family.cases[child][1].name for child in family.children[case_id] if child not in family.gone}
    _add_adopters(family, case_id, me, depth + 1, heirs | {body.name})


def _add_gone(family: _Family, case_id: int, current: int, parent: int | None, depth: int) -> None:
    """With those that came from it, but without those who took it up: that was of the case itself."""
    tombstone, me = family.gone[case_id], len(family.nodes)
    family.nodes.append(Node(tombstone.words, tombstone.body, depth, parent, case_id, gone=True))
    for child in family.children[case_id]:
        _add_case(family, child, current, me, depth + 1)


def _add_adopters(family: _Family, case_id: int, parent: int, depth: int, known: set[str]) -> None:
    """Those who learned from another adopter hang below it; whoever has a case of their own in the family is there."""
    rows = [(a, body) for a, body in family.adoptions[case_id] if body.name not in known]
    by_teacher: dict[int, list[tuple[Adoption, Organisation]]] = defaultdict(list)
    ids = {body.id for _a, body in rows}
    for adoption, body in rows:
        teacher = adoption.learned_from_id
        by_teacher[teacher if teacher in ids else 0].append((adoption, body))
    done: set[int] = set()

    def below(teacher: int, place: int, level: int) -> None:
        for adoption, body in by_teacher[teacher]:
            if body.id in done or len(family.nodes) >= MOST_NODES:
                continue
            done.add(body.id)
            me = len(family.nodes)
            since = adoption.started_on.strftime("%Y-%m") if adoption.started_on else ""
            family.nodes.append(Node(body.name, body.name, level, place, 0, adoption.state, since, adoption.changes))
            below(body.id, me, level + 1)

    below(0, parent, depth)
    for teacher in ids:  # two who say that they learned from each other
        below(teacher, parent, depth)
    elsewhere = family.contents[case_id].get("adopted_elsewhere")
    for name in elsewhere if isinstance(elsewhere, list) else ():
        if name not in known | {body.name for _a, body in rows} and len(family.nodes) < MOST_NODES:
            family.nodes.append(Node(str(name), str(name), depth, parent, sourced=True))
