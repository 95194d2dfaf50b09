import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Cursor } from '../../../static/js/feed/cursor.js';
import { Clock, settle } from './shapes.js';

const event = (seq) => ({ stream: 'room:12', seq, epoch: 'e1', type: 'void', data: {} });
const upTo = (n) => Array.from({ length: n }, (_, i) => i + 1);

/** A cursor over a log of `head` events, of which a page holds at most `limit`. */
function over({ head = 10, last = 0, limit = 200, random = () => 0.5 } = {}) {
  const clock = new Clock();
  const seen = { applied: [], asked: [], resyncs: 0, head, fault: null };
  const cursor = new Cursor(last, {
    apply: (frame) => seen.applied.push(frame.seq),
    fetchAfter: async (seq) => {
      seen.asked.push(seq);
      await settle();
      if (seen.fault) throw seen.fault;
      const events = upTo(seen.head).filter((s) => s > seq).slice(0, limit).map(event);
      return { epoch: 'e1', events, head: seen.head, has_more: (events.at(-1)?.seq ?? seq) < seen.head };
    },
    onResync: () => (seen.resyncs += 1),
    later: clock.later,
    never: clock.never,
    random,
  });
  return { cursor, clock, seen };
}

test('events in order are applied at once and nothing is asked for', async () => {
  const { cursor, clock, seen } = over();
  upTo(3).forEach((seq) => cursor.take(event(seq)));
  await clock.pass(60_000);
  assert.deepEqual(seen.applied, [1, 2, 3]);
  assert.deepEqual(seen.asked, []);
});

test('what is known already is ignored', async () => {
  const { cursor, clock, seen } = over({ last: 5 });
  [5, 3, 6, 6].forEach((seq) => cursor.take(event(seq)));
  await clock.pass(60_000);
  assert.deepEqual(seen.applied, [6]);
});

test('a gap that closes by itself is not asked for', async () => {
  const { cursor, clock, seen } = over();
  cursor.take(event(2));
  assert.deepEqual(seen.applied, []);
  cursor.take(event(1));
  await clock.pass(60_000);
  assert.deepEqual([seen.applied, seen.asked], [[1, 2], []]);
});

test('a gap is held, and asked for after a random 200 to 1,000 ms', async () => {
  for (const [random, wait] of [[0, 200], [0.5, 600], [1, 1_000]]) {
    const { cursor, clock, seen } = over({ head: 3, random: () => random });
    cursor.take(event(3));
    await clock.pass(wait - 1);
    assert.deepEqual([seen.applied, seen.asked], [[], []]);
    await clock.pass(1);
    await clock.pass(0);
    assert.deepEqual([seen.applied, seen.asked], [[1, 2, 3], [0]]);
  }
});

test('a head reveals that the last events were lost', async () => {
  const { cursor, clock, seen } = over({ head: 10, last: 8 });
  cursor.hear(10);
  await clock.pass(60_000);
  assert.deepEqual([seen.applied, seen.asked], [[9, 10], [8]]);
});

test('a head that is known or older asks for nothing', async () => {
  const { cursor, clock, seen } = over({ last: 8 });
  cursor.hear(8);
  cursor.hear(2);
  await clock.pass(60_000);
  assert.deepEqual(seen.asked, []);
});

test('a long gap is fetched page by page', async () => {
  const { cursor, clock, seen } = over({ head: 10, limit: 4 });
  cursor.hear(10);
  await clock.pass(60_000);
  assert.deepEqual([seen.applied, seen.asked], [upTo(10), [0, 4, 8]]);
});

test('while the log does not answer it asks again', async () => {
  const { cursor, clock, seen } = over({ head: 2 });
  seen.fault = { code: 'unavailable' };
  cursor.hear(2);
  await clock.pass(5_000);
  assert.ok(seen.asked.length > 3);
  seen.fault = null;
  await clock.pass(5_000);
  assert.deepEqual(seen.applied, [1, 2]);
});

test('without access or sign-in it is quiet until it hears again', async () => {
  for (const code of ['not_found', 'signed_out']) {
    const { cursor, clock, seen } = over({ head: 3 });
    seen.fault = { code };
    cursor.take(event(3));
    await clock.pass(60_000);
    assert.deepEqual(seen.asked, [0]);
    seen.fault = null;
    cursor.hear(3);
    await clock.pass(60_000);
    assert.deepEqual(seen.applied, [1, 2, 3]);
  }
});

test('a log of another life starts over, once', async () => {
  const { cursor, clock, seen } = over();
  seen.fault = { code: 'resync' };
  cursor.hear(10);
  await clock.pass(60_000);
  cursor.hear(11);
  await clock.pass(60_000);
  assert.deepEqual([seen.resyncs, seen.asked], [1, [0]]);
});

test('after its stream was closed nothing more is applied, not even what was on its way', async () => {
  const { cursor, clock, seen } = over({ head: 3 });
  cursor.hear(3);
  cursor.stop();
  cursor.take(event(1));
  cursor.hear(3);
  await clock.pass(60_000);
  assert.deepEqual([seen.asked, seen.applied], [[], []]);
  const other = over({ head: 3 });
  other.cursor.ask();
  other.cursor.stop();
  await other.clock.pass(60_000);
  assert.deepEqual([other.seen.asked, other.seen.applied], [[0], []]);
});

test('an event that comes while a page is on its way is applied once', async () => {
  const { cursor, clock, seen } = over({ head: 4 });
  const asking = cursor.ask();
  cursor.take(event(2));
  cursor.take(event(1));
  await asking;
  await clock.pass(60_000);
  assert.deepEqual(seen.applied, [1, 2, 3, 4]);
});

test('a page that saw nothing yet begins anew when the beginning is no longer kept', async () => {
  for (const kept of [[], [4, 5]]) {
    const { cursor, clock, seen } = over({ head: 5 });
    cursor.deps.fetchAfter = async () => ({ epoch: 'e1', events: kept.map(event), head: 5, has_more: false });
    cursor.hear(5);
    await clock.pass(60_000);
    assert.deepEqual([seen.applied, seen.resyncs], [[], 1]);
  }
});

/** Repeatable chance (mulberry32): a failure names the seed that shows it again. */
function chance(seed) {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What arrives: some frames are lost, some come twice, neighbours change places. */
function delivered(head, random) {
  const sent = upTo(head).flatMap((seq) => (random() < 0.25 ? [] : random() < 0.2 ? [seq, seq] : [seq]));
  return sent.map((seq) => [seq + random() * 6, seq]).sort(([a], [b]) => a - b).map(([, seq]) => seq);
}

test('whatever is lost, doubled or out of order, every event is applied once and in order', async () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    const random = chance(seed);
    const { cursor, clock, seen } = over({ head: 0, limit: 1 + Math.floor(random() * 7), random });
    for (const seq of delivered(1 + Math.floor(random() * 40), random)) {
      seen.head = Math.max(seen.head, seq);
      seen.fault = random() < 0.2 ? { code: 'unavailable' } : null;
      cursor.take(event(seq));
      if (random() < 0.3) await clock.pass(random() * 900);
    }
    seen.head += Math.floor(random() * 3);
    seen.fault = null;
    cursor.hear(seen.head);
    await clock.pass(10_000);
    assert.deepEqual(seen.applied, upTo(seen.head), `seed ${seed}`);
    assert.equal(cursor.held.size, 0, `seed ${seed}`);
  }
});
