import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Pending } from '../../../static/js/feed/pending.js';
import { createStore } from '../../../static/js/lib/storage.js';
import { Clock, settle } from './shapes.js';

const ACK = { message_id: 'm1', position: 1, stream: 'room:12', seq: 4 };
const event = (seq, client_id = undefined, stream = 'room:12') => ({ stream, seq, data: { client_id } });
const post = (id) => ({ thread_id: 't1', body: `text of ${id}`, client_id: id });

/** A way out whose answers the test decides: `answer(payload)` returns an ack's data or throws a fault. */
function way({ answer = () => ACK, store = createStore(null), key = 'hub:pending:3', clock = new Clock() } = {}) {
  const seen = { sent: [], at: [], answer, changes: 0, arrived: false };
  const pending = new Pending({
    store,
    key,
    send: async (event, payload) => {
      seen.sent.push(payload.client_id);
      seen.at.push(clock.now);
      return seen.answer(payload, event);
    },
    arrived: () => seen.arrived,
    later: clock.later,
    never: clock.never,
    now: () => clock.now,
    changed: () => (seen.changes += 1),
  });
  const states = () => Object.fromEntries(pending.list().map((item) => [item.client_id, item.state]));
  return { pending, seen, store, clock, states };
}

const refuse = (fault) => () => {
  throw fault;
};

test('an item is kept before it is sent, under the key of its author', () => {
  const { pending, store, states } = way();
  pending.add('message:post', post('a'));
  assert.deepEqual(store.keys(), ['hub:pending:3:a']);
  assert.deepEqual(states(), { a: 'sending' });
});

test('a stored item stays in view until its event is seen', async () => {
  const { pending, store, states } = way();
  pending.add('message:post', post('a'));
  await settle();
  assert.deepEqual(states(), { a: 'stored' });
  pending.seen(event(2));
  pending.seen(event(3, 'somebody else’s'));
  pending.seen(event(9, null, 'room:13'));
  assert.deepEqual(states(), { a: 'stored' });
  pending.seen(event(4, 'a'));
  assert.deepEqual([states(), store.keys()], [{}, []]);
});

test('a stored item whose event is void by now does not stay in view for ever', async () => {
  const { pending, states } = way();
  pending.add('message:post', post('a'));
  await settle();
  pending.seen(event(4));
  assert.deepEqual(states(), {});
});

test('an event that comes before the ack ends it as well', async () => {
  const { pending, store, states } = way();
  pending.add('message:post', post('a'));
  pending.seen(event(4, 'a'));
  await settle();
  assert.deepEqual([states(), store.keys()], [{}, []]);
});

test('an item whose event the page contains already is gone with the ack: it would show twice for ever', async () => {
  const { pending, seen, states } = way();
  seen.arrived = true;
  pending.add('message:post', post('a'));
  await settle();
  assert.deepEqual(states(), {});
});

test('after a reload the same item goes again with the same id; one that was stored does not', async () => {
  const store = createStore(null);
  const before = way({ store, answer: () => new Promise(() => {}) });
  before.pending.add('message:post', post('a'));
  const other = way({ store });
  assert.deepEqual(other.states(), { a: 'sending' });
  other.pending.resend();
  await settle();
  assert.deepEqual(other.seen.sent, ['a']);
  const third = way({ store });
  assert.deepEqual([third.states(), store.keys()], [{}, []]);
});

test('items of another person in the same browser are not touched', () => {
  const store = createStore(null);
  way({ store, key: 'hub:pending:3' }).pending.add('message:post', post('a'));
  const other = way({ store, key: 'hub:pending:31' });
  assert.deepEqual(other.states(), {});
  other.pending.clear();
  assert.deepEqual(store.keys(), ['hub:pending:3:a']);
});

test('what may still succeed is tried again, ever more slowly', async () => {
  for (const code of ['unavailable', 'timeout', 'offline', 'signed_out', 'rate_limited', 'stale_token']) {
    const { pending, seen, clock, states } = way({ answer: refuse({ code }) });
    pending.add('message:post', post('a'));
    await clock.pass(100_000);
    assert.deepEqual(seen.at, [0, 250, 1_250, 3_250, 7_250, 15_250, 31_250, 61_250, 91_250], code);
    assert.deepEqual(states(), { a: 'sending' });
    seen.answer = () => ACK;
    await clock.pass(30_000);
    assert.deepEqual(states(), { a: 'stored' });
  }
});

test('a rate limit is kept to as long as it says', async () => {
  const { pending, seen, clock } = way({ answer: refuse({ code: 'rate_limited', retry_after_s: 7.5 }) });
  pending.add('message:post', post('a'));
  await clock.pass(8_000);
  assert.deepEqual(seen.at, [0, 7_500]);
});

test('what can never succeed fails, says why, and waits for the person', async () => {
  for (const code of ['invalid', 'not_found', 'conflict', 'too_large', 'closed']) {
    const { pending, seen, clock, states } = way({ answer: refuse({ code, message: 'words' }) });
    pending.add('message:post', post('a'));
    await clock.pass(60_000);
    assert.deepEqual([states(), seen.sent], [{ a: 'failed' }, ['a']], code);
    assert.deepEqual(pending.list()[0].error, { code, message: 'words' });
    seen.answer = () => ACK;
    pending.retry('a');
    await settle();
    assert.deepEqual([states(), seen.sent], [{ a: 'stored' }, ['a', 'a']]);
  }
});

test('nothing overtakes what was written before it', async () => {
  const { pending, seen, clock } = way({ answer: refuse({ code: 'offline' }) });
  for (const id of ['a', 'b', 'c']) pending.add('message:post', post(id));
  await clock.pass(200);
  assert.deepEqual(seen.sent, ['a']);
  seen.answer = () => ACK;
  pending.resend();
  await settle();
  assert.deepEqual(seen.sent, ['a', 'a', 'b', 'c']);
});

test('what fails for good does not hold up what follows', async () => {
  const { pending, states } = way({ answer: ({ client_id: id }) => (id === 'a' ? refuse({ code: 'invalid' })() : ACK) });
  for (const id of ['a', 'b']) pending.add('message:post', post(id));
  await settle();
  assert.deepEqual(states(), { a: 'failed', b: 'stored' });
});

test('a reconnect does not wait for an answer that may never come, and does not multiply the attempts', async () => {
  const answers = [];
  const { pending, seen, clock, states } = way({ answer: () => new Promise((_, reject) => answers.push(reject)) });
  pending.add('message:post', post('a'));
  pending.resend();
  pending.resend();
  await settle();
  assert.equal(seen.sent.length, 3);
  answers.forEach((reject) => reject({ code: 'timeout' }));
  await clock.pass(20_000);
  assert.deepEqual(seen.at, [0, 0, 0, 250]);
  assert.deepEqual(states(), { a: 'sending' });
});

test('after ten minutes an item is no longer sent but given back', async () => {
  const { pending, seen, clock, states } = way({ answer: refuse({ code: 'offline' }) });
  pending.add('message:post', post('a'));
  await clock.pass(11 * 60_000);
  assert.deepEqual(states(), { a: 'expired' });
  const attempts = seen.sent.length;
  seen.answer = () => ACK;
  pending.resend();
  await clock.pass(60_000);
  assert.equal(seen.sent.length, attempts);
});

test('what another tab took out of the store is gone here too, and is not written again', async () => {
  const { pending, store, seen, clock, states } = way({ answer: refuse({ code: 'signed_out' }) });
  pending.add('message:post', post('a'));
  await settle();
  store.remove('hub:pending:3:a');
  pending.removedElsewhere('hub:draft:3:thread:1');
  pending.removedElsewhere(null);
  assert.deepEqual(states(), { a: 'sending' });
  pending.removedElsewhere('hub:pending:3:a');
  await clock.pass(11 * 60_000);
  assert.deepEqual([states(), store.keys(), seen.sent], [{}, [], ['a']]);
});

test('at sign-out nothing stays in the browser', async () => {
  const { pending, store, states } = way({ answer: refuse({ code: 'invalid' }) });
  for (const id of ['a', 'b']) pending.add('note:post', post(id));
  await settle();
  pending.clear();
  assert.deepEqual([states(), store.keys()], [{}, []]);
});

test('an entry that nobody can read is left alone', () => {
  const store = createStore(null);
  store.set('hub:pending:3:a', '{');
  store.set('hub:pending:3:b', '7');
  assert.deepEqual(way({ store }).states(), {});
});
