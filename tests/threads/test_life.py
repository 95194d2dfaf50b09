"""The life of a consultation in every order of events: its turns have neither a gap nor an overlap, what it says of
itself is what its newest turn says, and the clocks add up."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub import clock
from hub.clock import JAPAN, in_japan, japan_today, utc_now, working_days_after
from hub.errors import ValidationFailed
from hub.threads.commands import DeleteMessage, RedactMessage
from hub.threads.consultations.charging import TakeCharge, take_charge
from hub.threads.consultations.clocks import clocks_of
from hub.threads.consultations.models import Promise, Turn
from hub.threads.consultations.passing import PassTurn, pass_turn
from hub.threads.consultations.promising import PromiseAnswer, promise_answer
from hub.threads.consultations.receiving import CorrectReception, correct_reception
from hub.threads.consultations.services import Settle, settle
from hub.threads.consultations.silence import TendSilence, tend_silence
from hub.threads.consultations.turns import standings
from hub.threads.consultations.working_time import working_time
from hub.threads.services.editing import delete_message, redact_message
from hub.threads.services.recording import RecordConsultation, record_consultation
from tests.factories import Posted, World
from tests.permission_things import seat_in_dx
from tests.threads.test_turns import hold_together


class Life:
    """One consultation, recorded for a town, and everything that can happen to it."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.chance, self.said = world, chance, list[tuple[str, Posted]]()
        seat_in_dx(world, "supporter")
        self.at(clock.start_of_japan_day(working_days_after(japan_today(), 40)) + timedelta(hours=10))
        came = in_japan(self.moment).replace(tzinfo=None, second=0, microsecond=0) - timedelta(hours=20)
        command = RecordConsultation(world.room, "電話で", world.new_id(), "telephone", came)
        ack = world.write(record_consultation, "supporter", command).ack()
        self.asked = Posted(int(ack["thread_id"]), int(ack["message_id"]), 1)

    def at(self, moment: object) -> None:
        self.moment = moment
        clock.set_source(lambda: moment)  # type: ignore[arg-type, return-value]

    def later(self) -> None:
        days = self.chance.choice((0, 0, 1, 3, 9, 20))
        self.at(self.moment + timedelta(days=days, minutes=self.chance.randrange(1, 400)))  # type: ignore[operator]

    def say(self) -> None:
        who = self.chance.choice(["officer", "manager", "supporter", "lead"])
        mark = "official" if who in ("supporter", "lead") and self.chance.random() < 0.3 else None
        settled = who == "officer" and self.chance.random() < 0.5
        self.said.append((who, self.world.message(self.asked, by=who, mark=mark, settled=settled)))

    def settle(self) -> None:
        state, how = self.chance.choice([("open", None), ("answered", None), ("closed", "solved")])
        self.world.write(settle, self.chance.choice(["officer", "supporter"]), Settle(self.asked.thread_id, state, how))

    def pass_on(self) -> None:
        to = self.chance.choice(["answering", "asking", "outside"])
        outside = "架空システム株式会社" if to == "outside" else None
        who = self.chance.choice(["officer", "supporter"])
        self.world.write(pass_turn, who, PassTurn(self.asked.thread_id, to, "確認", outside))

    def take(self) -> None:
        self.world.write(take_charge, "supporter", TakeCharge(self.asked.thread_id))

    def promise(self) -> None:
        day = working_days_after(japan_today(), self.chance.randrange(1, 6))
        self.world.write(promise_answer, "lead", PromiseAnswer(self.asked.thread_id, day))

    def correct(self) -> None:
        with self.world.store.read() as session:
            recorded = in_japan(session.get_one(Turn, (self.asked.thread_id, 1)).from_at)
        moment = recorded.astimezone(JAPAN).replace(tzinfo=None) - timedelta(minutes=self.chance.randrange(600))
        command = CorrectReception(self.asked.thread_id, "visit", moment.replace(second=0, microsecond=0))
        self.world.write(correct_reception, "manager", command)

    def erase(self) -> None:
        if not self.said:
            return
        who, gone = self.said.pop(self.chance.randrange(len(self.said)))
        if self.chance.random() < 0.5 or who in ("officer", "manager"):
            self.world.write(delete_message, who, DeleteMessage(gone.message_id))
        else:
            self.world.write(redact_message, "lead", RedactMessage(gone.message_id, "個人情報"))

    def fall_silent(self) -> None:
        with self.world.app.app_context():
            tend_silence(TendSilence(), None)  # type: ignore[arg-type]

    def check(self) -> None:
        hold_together(self.world, self.asked)
        with self.world.store.read() as session:
            query = sa.select(Turn).where(Turn.thread_id == self.asked.thread_id).order_by(Turn.number)
            turns = session.scalars(query).all()
            clocks = clocks_of(session, standings(session, [self.asked.thread_id])[self.asked.thread_id])
            still = (working_time(t.from_at, t.until_at or utc_now()) for t in turns if t.side is None)
            whole = working_time(turns[0].from_at, utc_now())
            assert clocks.altogether + clocks.outside + sum(still, timedelta()) == whole
            assert clocks.first_answer is None or clocks.first_answer <= clocks.altogether
            standing = session.scalars(sa.select(Promise).where(Promise.ended_at.is_(None))).all()
            assert len(standing) <= (turns[-1].state == "open")


@pytest.mark.parametrize("seed", range(16))
def test_in_every_order_of_events(world: World, seed: int) -> None:
    life = Life(world, random.Random(seed))
    acts: list[Callable[[], None]] = [
        *(life.say, life.say, life.say, life.settle, life.pass_on, life.take, life.promise),
        *(life.correct, life.erase, life.fall_silent, life.fall_silent),
    ]
    for _number in range(20):
        life.later()
        # What is closed is not passed on, what is answered not promised, and nothing came more than thirty days ago.
        with suppress(ValidationFailed):
            life.chance.choice(acts)()
        life.check()
