"""The invented adoptions of the demo: nothing bad under the name of a real municipality, and they can be acted out."""

import json
from datetime import timedelta

import sqlalchemy as sa

from hub import clock
from hub.config import ROOT
from hub.demo.people import Cast
from hub.demo.spread import RECORDED_DAYS_AGO, spread_cases
from hub.library.models import Adoption, Case
from hub.people.models import Organisation, Posting, Section, Staff
from tests.factories import World
from tests.spreading.world import case_of

DATA = json.loads((ROOT / "hub/demo/data/adoptions.json").read_text(encoding="utf-8"))
CASES = {json.loads(line)["id"] for line in (ROOT / "hub/demo/data/cases.jsonl").read_text("utf-8").splitlines()}


def test_all_is_marked_as_invented_and_what_is_negative_or_a_figure_stands_on_invented_towns() -> None:
    assert {row["body"].startswith("架空町") for row in DATA["adoptions"]} == {True, False}
    for row in DATA["adoptions"]:
        assert row["reason"].endswith("(架空)"), row
        assert row.get("changes", "(架空)").endswith("(架空)"), row
        assert row["case"] in CASES
        if not row["body"].startswith("架空町"):
            assert row["state"] not in ("declined", "ended"), row
            assert row.get("ease") != "hard", row
            assert not row.keys() & {"person_days", "cost_yen"}, row


def test_every_municipality_is_there() -> None:
    assert len({row["body"] for row in DATA["adoptions"]}) == 35 + 5


def test_rows_are_acted_out_on_their_own_days(world: World) -> None:
    keys = ["a", "b"]
    ids = [case_of(world, world.prefecture, key) for key in keys]
    with world.store.transaction() as session:
        for key, id_ in zip(keys, ids, strict=True):
            session.get_one(Case, id_).source_key = key
        session.execute(sa.update(Posting).values(from_at=clock.utc_now() - timedelta(days=730)))
    cast = Cast()
    with world.store.read() as session:
        cast.organisations = {o.name: o for o in session.scalars(sa.select(Organisation))}
        query = sa.select(Staff).join(Posting, Posting.staff_id == Staff.id).join(Section)
        cast.staff = {s.email.partition("@")[0]: s for s in session.scalars(query)}
    cast.staff["pref-kogure"] = cast.staff["supporter"]
    row = {"body": "吉岡町", "state": "adopted", "reason": "理由", "ticks": 2}
    rows = [row | {"case": "a", "started_days_ago": 900, "thanks": "礼"}, row | {"case": "b", "started_days_ago": 690}]
    with world.app.app_context():
        spread_cases(world.store, cast, {"predecessors": [], "adoptions": rows})
    clock.set_source(None)
    with world.store.read() as session:
        first, second = session.scalars(sa.select(Adoption).order_by(Adoption.case_id)).all()
    oldest = clock.utc_now() - timedelta(days=RECORDED_DAYS_AGO + 5)
    assert oldest < first.updated_at < second.updated_at < clock.utc_now() - timedelta(days=600)
    assert first.started_on == clock.japan_today() - timedelta(days=900)
