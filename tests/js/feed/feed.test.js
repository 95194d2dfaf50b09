import assert from 'node:assert/strict';
import { test } from 'node:test';

import { frame, message, thread } from './shapes.js';
import { Profile, Server } from './server.js';

const say = (server, body, options) => {
  const position = server.head('room:12') + 1;
  return server.append('room:12', 'message:posted', message(position, { body }), options);
};

/** A page that is live, over a room in which one message stands. */
async function live() {
  const server = new Server();
  say(server, 'first');
  const profile = new Profile(server);
  const tab = profile.open();
  await profile.clock.pass(0);
  return { server, profile, tab, ...tab, clock: profile.clock };
}

test('a page begins with what it shows and becomes live', async () => {
  const { tab, server } = await live();
  assert.deepEqual(tab.statuses, ['connecting', 'live']);
  assert.deepEqual(tab.bodies(), ['first']);
  assert.deepEqual([...server.sockets[0].streams], ['user:3', 'room:12']);
});

test('what happened between the page and its socket is fetched', async () => {
  const server = new Server();
  const profile = new Profile(server);
  const tab = profile.open();
  say(server, 'in between');
  await profile.clock.pass(1_000);
  assert.deepEqual(tab.bodies(), ['in between']);
});

test('listeners hear every event once, with the state after it', async () => {
  const { tab, server, clock } = await live();
  const seen = [];
  const end = tab.feed.subscribe((state, given) => seen.push([given.type, state.threads.t1.last_position]));
  say(server, 'second');
  end();
  say(server, 'third');
  await clock.pass(5_000);
  assert.deepEqual(seen, [['message:posted', 2]]);
  assert.deepEqual(tab.bodies(), ['first', 'second', 'third']);
});

test('a listener that fails is reported and holds up nobody', async () => {
  const { tab, server } = await live();
  const wrong = new Error('drawing');
  const seen = [];
  tab.feed.subscribe(() => {
    throw wrong;
  });
  tab.feed.subscribe((_state, given) => seen.push(given.type));
  say(server, 'second');
  assert.deepEqual([tab.faults, seen], [[wrong], ['message:posted']]);
});

test('a lost last event comes with the next heads', async () => {
  const { tab, server, clock } = await live();
  say(server, 'lost', { lost: true });
  await clock.pass(5_000);
  assert.deepEqual(tab.bodies(), ['first']);
  server.emit('feed:heads', { epoch: 'e1', heads: { 'room:12': 2 } });
  await clock.pass(1_000);
  assert.deepEqual(tab.bodies(), ['first', 'lost']);
});

test('after a lost connection the page is up to date again', async () => {
  const { tab, server, clock } = await live();
  server.down();
  assert.equal(tab.feed.status, 'connecting');
  say(server, 'missed');
  server.back();
  await clock.pass(1_000);
  assert.deepEqual([tab.feed.status, tab.bodies()], ['live', ['first', 'missed']]);
});

test('what was missed comes with the answer of the new connection, and nothing is fetched', async () => {
  const { tab, server, clock } = await live();
  server.down();
  for (let n = 1; n <= 50; n += 1) say(server, `missed ${n}`);
  server.back();
  await clock.pass(0);
  assert.deepEqual([tab.feed.status, tab.bodies().length], ['live', 51]);
  await clock.pass(5_000);
  assert.deepEqual(server.gets, []);
});

test('what is too much for an answer is fetched', async () => {
  const { tab, server, clock } = await live();
  server.down();
  for (let n = 1; n <= 51; n += 1) say(server, `missed ${n}`);
  server.back();
  await clock.pass(1_000);
  assert.deepEqual([tab.bodies().length, server.gets], [52, ['/feed/room:12?after=1&epoch=e1&limit=1000']]);
});

test('the heads of more streams than an address can name are asked for in parts', async () => {
  const server = new Server();
  const rooms = Array.from({ length: 900 }, (_none, n) => `room:${n + 100}`);
  rooms.forEach((room) => server.readable.add(room));
  const profile = new Profile(server);
  const tab = profile.open({ streams: ['user:3', 'room:12', ...rooms] });
  await profile.clock.pass(0);
  server.down();
  server.append(rooms[850], 'thread:changed', thread({ id: 't9' }), { lost: true });
  await profile.clock.pass(11_000);
  const asked = server.gets.filter((path) => path.startsWith('/feed?'));
  assert.ok(asked.length >= 3 && asked.every((path) => path.length < 8_000));
  assert.ok(server.gets.includes(`/feed/${rooms[850]}?after=0&epoch=e1&limit=1000`));
  assert.equal(tab.reloads, 0);
});

test('without a socket the page polls, and what is posted goes over HTTP', async () => {
  const { tab, server, clock } = await live();
  server.down();
  say(server, 'missed');
  await clock.pass(11_000);
  assert.deepEqual(tab.bodies(), ['first', 'missed']);
  tab.feed.post('message:post', { thread_id: 't1', body: 'mine', client_id: 'c1' });
  await clock.pass(11_000);
  assert.deepEqual(tab.bodies(), ['first', 'missed', 'mine']);
  assert.deepEqual(tab.feed.pending.list(), []);
});

test('what is posted while nothing gets through is sent afterwards, in order and once', async () => {
  const { tab, server, clock } = await live();
  server.down();
  server.http = false;
  for (const id of ['c1', 'c2']) tab.feed.post('message:post', { thread_id: 't1', body: id, client_id: id });
  await clock.pass(15_000);
  assert.equal(tab.feed.status, 'offline');
  assert.deepEqual(tab.feed.pending.list().map((i) => i.state), ['sending', 'sending']);
  server.http = true;
  server.back();
  await clock.pass(1_000);
  assert.deepEqual(tab.bodies(), ['first', 'c1', 'c2']);
  assert.deepEqual(tab.feed.pending.list(), []);
  assert.equal(server.head('room:12'), 3);
});

test('a post whose event is lost shows once its ack reveals the head', async () => {
  const { tab, server, clock } = await live();
  server.losing = { lost: true };
  tab.feed.post('message:post', { thread_id: 't1', body: 'mine', client_id: 'c1' });
  await clock.pass(0);
  assert.deepEqual(tab.feed.pending.list().map((i) => i.state), ['stored']);
  await clock.pass(1_000);
  assert.deepEqual([tab.bodies(), tab.feed.pending.list()], [['first', 'mine'], []]);
});

test('an item that was stored before the page was loaded does not show beside its message', async () => {
  const { profile, server, clock } = await live();
  const payload = { thread_id: 't1', body: 'mine', client_id: 'c1' };
  server.create(payload);
  const item = { client_id: 'c1', event: 'message:post', payload, at: 0, state: 'sending' };
  profile.store.set('hub:pending:3:c1', JSON.stringify(item));
  const reloaded = profile.open();
  await clock.pass(1_000);
  assert.deepEqual([reloaded.bodies(), reloaded.feed.pending.list()], [['first', 'mine'], []]);
  assert.equal(server.head('room:12'), 2);
});

test('two tabs share one socket, and both follow', async () => {
  const { profile, tab, server, clock } = await live();
  const other = profile.open();
  await clock.pass(1_000);
  assert.equal(other.feed.status, 'live');
  assert.equal(server.sockets.length, 1);
  other.feed.post('message:post', { thread_id: 't1', body: 'from the other', client_id: 'c1' });
  await clock.pass(1_000);
  assert.deepEqual([tab.bodies(), other.bodies()], [['first', 'from the other'], ['first', 'from the other']]);
});

test('when the tab with the socket goes, the other misses nothing', async () => {
  const { profile, tab, server, clock } = await live();
  const other = profile.open();
  await clock.pass(1_000);
  tab.happens('pagehide');
  say(server, 'in between');
  await clock.pass(3_000);
  assert.deepEqual([other.feed.status, other.bodies()], ['live', ['first', 'in between']]);
});

test('a closed stream takes its content away and is not followed any more', async () => {
  const { tab, server, clock } = await live();
  server.readable.delete('room:12');
  server.emit('feed:closed', { stream: 'room:12' });
  assert.deepEqual(tab.feed.state.threads, {});
  assert.deepEqual(tab.frames.at(-1), { type: 'closed', stream: 'room:12', data: {} });
  say(server, 'later');
  await clock.pass(60_000);
  assert.deepEqual([tab.bodies(), tab.frames.length], [[], 1]);
});

test('a stream that is refused is closed', async () => {
  const server = new Server();
  const profile = new Profile(server);
  server.readable.clear();
  const tab = profile.open();
  await profile.clock.pass(0);
  assert.deepEqual([tab.feed.status, tab.feed.streams.names()], ['live', ['user:3']]);
});

test('the end of the session is said, and signing in again revives the page', async () => {
  const { tab, server, clock } = await live();
  server.signedIn = null;
  server.emit('session:ended', {});
  server.down();
  await clock.pass(30_000);
  assert.equal(tab.feed.status, 'signed_out');
  server.signedIn = '3';
  server.back();
  await clock.pass(1_000);
  assert.equal(tab.feed.status, 'live');
});

test('when the browser is signed in as somebody else nothing of theirs comes and nothing of ours goes', async () => {
  const { tab, server, clock } = await live();
  server.down();
  server.http = false;
  tab.feed.post('message:post', { thread_id: 't1', body: 'mine', client_id: 'c1' });
  Object.assign(server, { signedIn: '4', http: false });
  server.back();
  await clock.pass(5_000);
  say(server, 'for the other person');
  await clock.pass(30_000);
  assert.equal(tab.feed.status, 'signed_out');
  assert.deepEqual([tab.bodies(), server.posts], [['first'], []]);
  assert.ok(server.sockets.every((socket) => !socket.open));
});

test('without a socket as well nothing goes in another person’s name', async () => {
  const { tab, server, clock } = await live();
  server.down();
  server.http = false;
  tab.feed.post('message:post', { thread_id: 't1', body: 'mine', client_id: 'c1' });
  await clock.pass(11_000);
  Object.assign(server, { signedIn: '4', http: true });
  await clock.pass(11_000);
  assert.equal(tab.feed.status, 'signed_out');
  assert.deepEqual([tab.bodies(), server.posts], [['first'], []]);
  assert.deepEqual(tab.feed.pending.list().map((i) => i.state), ['failed']);
});

test('back as the same person, the page goes on where it was', async () => {
  const { tab, server, clock } = await live();
  server.down();
  server.signedIn = '4';
  server.back();
  await clock.pass(1_000);
  assert.equal(tab.feed.status, 'signed_out');
  say(server, 'missed');
  server.signedIn = '3';
  await clock.pass(15_000);
  assert.deepEqual([tab.feed.status, tab.bodies()], ['live', ['first', 'missed']]);
});

test('a browser without network says so; when it comes back what was lost is fetched, also over a socket that held', async () => {
  const { tab, server, clock } = await live();
  tab.online = false;
  tab.happens('offline');
  assert.equal(tab.feed.status, 'offline');
  say(server, 'lost', { lost: true });
  tab.online = true;
  tab.happens('online');
  await clock.pass(1_000);
  assert.deepEqual([tab.feed.status, tab.bodies()], ['live', ['first', 'lost']]);
});

test('a page that comes into view, or back from history, asks for what it missed', async () => {
  for (const [name, event] of [['visibilitychange', {}], ['pageshow', { persisted: true }]]) {
    const { tab, server, clock } = await live();
    say(server, 'lost', { lost: true });
    tab.happens(name, event);
    await clock.pass(1_000);
    assert.deepEqual(tab.bodies(), ['first', 'lost'], name);
  }
});

test('another life of the database reloads the page, and nothing of it is mixed in', async () => {
  const { tab, server, clock } = await live();
  server.epoch = 'e2';
  say(server, 'of another life');
  await clock.pass(5_000);
  assert.ok(tab.reloads > 0);
  assert.deepEqual(tab.bodies(), ['first']);
});

test('older messages are taken in, and what came while they were on their way is not undone', async () => {
  const { tab, server } = await live();
  const read = { thread: thread(), messages: [message(1)], stream: 'room:12', head: server.head('room:12'), epoch: 'e1' };
  const reactions = [{ emoji: '🙏', staff_ids: ['4'], names: ['木暮'] }];
  server.append('room:12', 'reaction:changed', { thread_id: 't1', message_id: 'm1', position: 1, reactions });
  server.append('room:12', 'thread:acknowledged', { thread_id: 't1', acknowledgements: [{ staff_id: '4' }] });
  tab.feed.include(read);
  assert.deepEqual(tab.feed.state.messages.t1.m1.reactions, reactions);
  assert.equal(tab.feed.state.threads.t1.acknowledgements.length, 1);
  assert.equal(tab.frames.at(-1), null);
});

test('a window of a thread that left meanwhile does not bring it back', async () => {
  const { tab, server } = await live();
  const read = { thread: thread(), messages: [message(1)], stream: 'room:12', head: server.head('room:12'), epoch: 'e1' };
  server.append('room:12', 'thread:left', { thread_id: 't1' });
  tab.feed.include(read);
  assert.deepEqual([tab.feed.state.threads, tab.feed.state.messages], [{}, {}]);
});

test('a page can follow more streams, with and without a socket', async () => {
  for (const connected of [true, false]) {
    const { tab, server, clock } = await live();
    if (!connected) server.down();
    const answer = await tab.feed.openStreams(['notes:12', 'room:12', 'room:99']);
    assert.deepEqual(answer, { heads: { 'notes:12': 0 }, refused: ['room:99'] });
    server.back();
    await clock.pass(0);
    server.append('notes:12', 'note:posted', { note_id: 'n1', thread_id: 't1', room_id: '12' });
    assert.ok(tab.feed.state.notes.t1.n1);
  }
});

test('who is typing is passed on, and stored nowhere', async () => {
  const { tab, server } = await live();
  const signs = [];
  tab.feed.onTyping((sign) => signs.push(sign));
  const before = tab.feed.state;
  server.emit('typing', { thread_id: 't1', name: '木暮' });
  assert.deepEqual(signs, [{ thread_id: 't1', name: '木暮' }]);
  assert.equal(tab.feed.state, before);
});

test('an item that another tab gave back or signed out is gone here', async () => {
  const { tab, server } = await live();
  server.down();
  server.http = false;
  tab.feed.post('message:post', { thread_id: 't1', body: 'mine', client_id: 'c1' });
  tab.happens('storage', { key: 'hub:pending:3:c1', newValue: '{}' });
  assert.equal(tab.feed.pending.list().length, 1);
  tab.happens('storage', { key: 'hub:pending:3:c1', newValue: null });
  assert.deepEqual(tab.feed.pending.list(), []);
});

test('a frame of a stream that the page does not follow is ignored', async () => {
  const { tab } = await live();
  const before = tab.feed.state;
  tab.feed.streams.take(frame('message:posted', message(9), 1, 'room:99'));
  assert.equal(tab.feed.state, before);
});
