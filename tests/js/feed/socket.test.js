import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';

import { openSocket } from '../../../static/js/feed/socket.js';
import { Clock } from './shapes.js';

/** A stand-in for the library's socket: the test plays the server. */
class FakeSocket {
  constructor() {
    Object.assign(this, { events: new EventEmitter(), connected: false, active: true, connects: 0, sent: [], io: new EventEmitter() });
  }

  on = (name, listener) => this.events.on(name, listener);

  timeout(ms) {
    return { emit: (event, payload, answer) => this.sent.push({ ms, event, payload, answer }) };
  }

  connect() {
    this.connects += 1;
  }

  disconnect() {
    this.happens('disconnect', { connected: false, active: false }, 'io client disconnect');
  }

  happens(name, state, data) {
    Object.assign(this, state);
    this.events.emit(name, data);
  }
}

/** A connection as the library's manager has it. */
function withEngine(parts) {
  const engine = Object.assign(new EventEmitter(), { closed: 0, close: () => (engine.closed += 1) });
  parts.fake.io.engine = engine;
  parts.fake.io.emit('open');
  return engine;
}

function opened(options = {}) {
  const [fake, clock, seen] = [new FakeSocket(), new Clock(), { words: [], heard: [] }];
  const socket = openSocket({
    pollingOnly: false,
    listen: (name, data) => seen.heard.push([name, data]),
    status: (word) => seen.words.push(word),
    connect: (settings) => {
      seen.settings = settings;
      return fake;
    },
    later: clock.later,
    random: () => 1,
    ...options,
  });
  return { socket, fake, clock, seen };
}

const live = () => {
  const parts = opened();
  parts.fake.happens('connect', { connected: true });
  return parts;
};

test('who lost the connection comes back within seconds, but at a random one', () => {
  const { reconnectionDelay: wait, randomizationFactor: spread, reconnectionDelayMax: most } = opened().seen.settings;
  assert.ok(wait * 2 * spread >= 2_000); // a thousand people over two seconds at least
  assert.ok(wait * (1 - spread) >= 200);
  assert.ok(wait * (1 + spread) <= 3_000);
  assert.ok(most <= 10_000);
});

test('where WebSocket is blocked only polling is tried', () => {
  assert.deepEqual(opened({ pollingOnly: true }).seen.settings.transports, ['polling']);
  assert.deepEqual(opened().seen.settings.transports, ['polling', 'websocket']);
});

test('what the server says is passed on by name', () => {
  const { fake, seen } = live();
  for (const name of ['feed', 'feed:heads', 'feed:closed', 'typing', 'session:ended']) fake.happens(name, {}, { name });
  assert.deepEqual(seen.heard.map(([name, data]) => [name, data.name]), seen.heard.map(([name]) => [name, name]));
  assert.equal(seen.heard.length, 5);
});

test('a command resolves with the ack’s data', async () => {
  const { socket, fake } = live();
  const answer = socket.send('thread:read', { thread_id: '1', position: 2 });
  assert.deepEqual(fake.sent[0].payload, { thread_id: '1', position: 2 });
  fake.sent[0].answer(null, { ok: true, data: { seq: 7 } });
  assert.deepEqual(await answer, { seq: 7 });
});

test('a refused command rejects with the whole error', async () => {
  const { socket, fake } = live();
  const error = { code: 'rate_limited', message: 'words', fields: {}, retry_after_s: 2 };
  const answer = socket.send('message:post', {});
  fake.sent[0].answer(null, { ok: false, error });
  await assert.rejects(answer, error);
});

test('no answer in time, a nonsense answer, and no connection each have their code', async () => {
  const { socket, fake } = live();
  const late = socket.send('message:post', {});
  fake.sent[0].answer(new Error('operation has timed out'));
  await assert.rejects(late, { code: 'timeout', message: '' });
  const strange = socket.send('message:post', {});
  fake.sent[1].answer(null, undefined);
  await assert.rejects(strange, { code: 'unavailable', message: '' });
  fake.connected = false;
  await assert.rejects(socket.send('message:post', {}), { code: 'offline', message: '' });
  assert.equal(fake.sent.length, 2);
});

test('a lost connection is left to the library to bring back', async () => {
  const { fake, clock, seen } = live();
  fake.happens('disconnect', { connected: false, active: true }, 'transport close');
  await clock.pass(60_000);
  assert.deepEqual([seen.words.at(-1), fake.connects], ['connecting', 0]);
});

test('a connection that the server cut comes back after a random moment', async () => {
  const { fake, clock } = live();
  fake.happens('disconnect', { connected: false, active: false }, 'io server disconnect');
  await clock.pass(2_999);
  assert.equal(fake.connects, 0);
  await clock.pass(1);
  assert.equal(fake.connects, 1);
});

test('a refusal for want of a sign-in is said, and tried again seldom', async () => {
  for (const fault of [{ message: 'signed_out' }, { message: 'refused', data: { code: 'signed_out' } }]) {
    const { fake, clock, seen } = opened();
    fake.happens('connect_error', { active: false }, fault);
    assert.equal(seen.words.at(-1), 'signed_out');
    await clock.pass(9_999);
    assert.equal(fake.connects, 0);
    await clock.pass(1);
    assert.equal(fake.connects, 1);
  }
});

test('another refusal, as by a server whose database is away, is tried again too', async () => {
  const { fake, clock, seen } = opened();
  fake.happens('connect_error', { active: false }, { message: 'unavailable' });
  await clock.pass(3_000);
  assert.deepEqual([seen.words.at(-1), fake.connects], ['connecting', 1]);
});

test('an ended session is said', () => {
  const { fake, seen } = live();
  fake.happens('session:ended', {}, {});
  assert.equal(seen.words.at(-1), 'signed_out');
});

test('once closed on purpose it stays closed and says nothing more', async () => {
  const { socket, fake, clock, seen } = live();
  fake.happens('disconnect', { connected: false, active: false }, 'io server disconnect');
  const said = seen.words.length;
  socket.close();
  await clock.pass(60_000);
  assert.deepEqual([fake.connects, seen.words.length], [0, said]);
});

test('a connection without ack and without any other sign of life is given up', async () => {
  const parts = live();
  const engine = withEngine(parts);
  const answer = parts.socket.send('thread:read', {});
  parts.fake.sent[0].answer(new Error('timeout'));
  await assert.rejects(answer, { code: 'timeout' });
  assert.equal(engine.closed, 1);
});

test('a connection on which anything else came is kept: only the answer is late', async () => {
  const parts = live();
  const engine = withEngine(parts);
  const answer = parts.socket.send('thread:read', {});
  engine.emit('packet', { type: 'ping' });
  parts.fake.sent[0].answer(new Error('timeout'));
  await assert.rejects(answer, { code: 'timeout' });
  assert.equal(engine.closed, 0);
});

test('a late answer does not end the connection that came after its own', async () => {
  const parts = live();
  const old = withEngine(parts);
  const answer = parts.socket.send('thread:read', {});
  const fresh = withEngine(parts);
  parts.fake.sent[0].answer(new Error('timeout'));
  await assert.rejects(answer, { code: 'timeout' });
  assert.deepEqual([old.closed, fresh.closed], [0, 0]);
});
