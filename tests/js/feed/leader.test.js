import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SharedConnection } from '../../../static/js/feed/leader.js';
import { createStore } from '../../../static/js/lib/storage.js';
import { Clock, settle } from './shapes.js';

/** A browser profile: one clock, one store, one channel per name; tabs open, sleep, leave and crash in it. */
class Profile {
  constructor({ channels = true } = {}) {
    Object.assign(this, { clock: new Clock(), store: createStore(null), tabs: [], channels, sockets: [] });
  }

  open(id, name = 'hub:leader:3') {
    const tab = { id, name, heard: [], words: [], asleep: false, gone: false, listeners: [] };
    this.tabs.push(tab);
    const guarded = (fn) => () => !tab.asleep && !tab.gone && fn();
    tab.connection = new SharedConnection({
      name,
      id,
      store: this.store,
      channel: this.channels ? this.channel(tab) : null,
      makeSocket: (handlers) => this.socket(tab, handlers),
      listen: (event, data) => tab.heard.push([event, data]),
      status: (word) => tab.words.push(word),
      now: () => this.clock.now,
      random: () => this.tabs.indexOf(tab) / 10,
      every: (fn, ms) => this.clock.every(guarded(fn), ms),
      later: (fn, ms) => this.clock.later(guarded(fn), ms),
      never: this.clock.never,
    });
    return tab;
  }

  /** What is posted reaches every other tab of the same name, as a copy, also those whose timers sleep. */
  channel(tab) {
    return {
      addEventListener: (_type, listener) => tab.listeners.push(listener),
      postMessage: (message) => {
        const data = structuredClone(message);
        for (const other of this.tabs) if (other !== tab && other.name === tab.name && !other.gone) other.listeners.forEach((l) => l({ data }));
      },
    };
  }

  socket(tab, handlers) {
    const socket = { tab, handlers, open: true, sent: [], close: () => (socket.open = false) };
    socket.send = async (event, payload) => {
      socket.sent.push([event, payload]);
      if (event === 'refused') throw { code: 'invalid', message: 'words', fields: { body: 'words' } };
      return { seq: socket.sent.length };
    };
    this.sockets.push(socket);
    return socket;
  }

  crash(tab) {
    tab.gone = true;
    this.sockets.filter((s) => s.tab === tab).forEach((s) => s.close());
  }

  get leaders() {
    return this.tabs.filter((t) => !t.gone && t.connection.leads).map((t) => t.id);
  }

  get open_sockets() {
    return this.sockets.filter((s) => s.open);
  }
}

const threeTabs = () => {
  const profile = new Profile();
  const tabs = ['a', 'b', 'c'].map((id) => profile.open(id));
  profile.open_sockets[0].handlers.status('live');
  return { profile, tabs };
};

test('of many tabs one holds the socket, for as long as it lives', async () => {
  const { profile } = threeTabs();
  await profile.clock.pass(60_000);
  assert.deepEqual(profile.leaders, ['a']);
  assert.equal(profile.sockets.length, 1);
});

test('a tab that opens later learns how the connection is', async () => {
  const { profile, tabs } = threeTabs();
  const late = profile.open('d');
  assert.deepEqual(late.words.at(-1), 'live');
  assert.deepEqual(tabs[1].words.at(-1), 'live');
});

test('what the leader hears every tab hears, once', () => {
  const { profile, tabs } = threeTabs();
  profile.open_sockets[0].handlers.listen('feed', { seq: 1 });
  for (const tab of tabs) assert.deepEqual(tab.heard, [['feed', { seq: 1 }]]);
});

test('a follower sends through the leader and gets its answer, or its whole error', async () => {
  const { profile, tabs } = threeTabs();
  assert.deepEqual(await tabs[1].connection.send('message:post', { body: 'a' }), { seq: 1 });
  assert.deepEqual(profile.open_sockets[0].sent, [['message:post', { body: 'a' }]]);
  await assert.rejects(tabs[2].connection.send('refused', {}), { code: 'invalid', message: 'words', fields: { body: 'words' } });
});

test('when the leader closes, exactly one other takes over at once, and the rest hear through it', async () => {
  const { profile, tabs } = threeTabs();
  tabs[0].connection.leave();
  tabs[0].gone = true;
  await profile.clock.pass(500);
  assert.equal(profile.leaders.length, 1);
  assert.equal(profile.sockets.length, 2);
  const [socket] = profile.open_sockets;
  const follower = tabs.find((t) => !t.gone && t !== socket.tab);
  assert.equal(follower.words.at(-1), 'connecting');
  socket.handlers.status('live');
  assert.equal(follower.words.at(-1), 'live');
  socket.handlers.listen('feed', { seq: 2 });
  assert.deepEqual(follower.heard.at(-1), ['feed', { seq: 2 }]);
});

test('when the leader crashes, another takes over within about three seconds', async () => {
  const { profile, tabs } = threeTabs();
  await profile.clock.pass(10_000);
  profile.crash(tabs[0]);
  await profile.clock.pass(3_500);
  assert.equal(profile.leaders.length, 1);
  assert.equal(profile.open_sockets.length, 1);
  await profile.clock.pass(10_000);
  assert.equal(profile.leaders.length, 1);
});

test('a hidden leader whose timers are slow but who answers keeps the lead', async () => {
  const { profile, tabs } = threeTabs();
  tabs[0].asleep = true; // its timers; messages still reach it
  await profile.clock.pass(120_000);
  assert.deepEqual(profile.leaders, ['a']);
  assert.equal(profile.sockets.length, 1);
});

test('a leader that was frozen and replaced gives way when it wakes', async () => {
  const { profile, tabs } = threeTabs();
  const { listeners } = tabs[0];
  Object.assign(tabs[0], { asleep: true, listeners: [] });
  await profile.clock.pass(5_000);
  assert.equal(profile.leaders.length, 2);
  Object.assign(tabs[0], { asleep: false, listeners });
  await profile.clock.pass(1_500);
  assert.equal(profile.leaders.length, 1);
  assert.equal(profile.open_sockets.length, 1);
  assert.notEqual(profile.leaders[0], 'a');
  assert.equal(tabs[0].words.at(-1), profile.tabs.find((t) => t.id === profile.leaders[0]).words.at(-1));
});

test('two that took the lead in the same instant agree on one', async () => {
  const profile = new Profile();
  const one = profile.open('a');
  profile.store.remove('hub:leader:3');
  const two = profile.open('b');
  assert.deepEqual(profile.leaders, ['a', 'b']);
  await profile.clock.pass(2_000);
  assert.equal(profile.leaders.length, 1);
  assert.equal(profile.open_sockets.length, 1);
  assert.ok(one && two);
});

test('a clock that is set back does not leave everybody without a leader', async () => {
  const { profile, tabs } = threeTabs();
  await profile.clock.pass(5_000);
  profile.crash(tabs[0]);
  profile.store.set('hub:leader:3', `a ${profile.clock.now + 3_600_000}`);
  await profile.clock.pass(4_000);
  assert.equal(profile.leaders.length, 1);
});

test('nothing crosses to a tab of another person', async () => {
  const { profile, tabs } = threeTabs();
  const other = profile.open('x', 'hub:leader:4');
  assert.deepEqual(profile.leaders, ['a', 'x']);
  profile.sockets[0].handlers.listen('feed', { seq: 1 });
  await tabs[1].connection.send('message:post', {});
  assert.deepEqual([other.heard, profile.sockets[1].sent], [[], []]);
});

test('without an answer a follower’s command ends in time', async () => {
  const { profile, tabs } = threeTabs();
  profile.crash(tabs[0]);
  const answer = assert.rejects(tabs[1].connection.send('message:post', {}), { code: 'timeout', message: '' });
  await profile.clock.pass(10_000);
  await answer;
  assert.equal(tabs[1].connection.asked.size, 0);
});

test('a browser without BroadcastChannel gives each tab its own socket', async () => {
  const profile = new Profile({ channels: false });
  const tabs = ['a', 'b'].map((id) => profile.open(id));
  await profile.clock.pass(10_000);
  assert.deepEqual(profile.leaders, ['a', 'b']);
  assert.equal(profile.sockets.length, 2);
  await tabs[1].connection.send('message:post', {});
  assert.equal(profile.sockets[1].sent.length, 1);
});

test('a tab that ended takes no part, until it resumes', async () => {
  const { profile, tabs } = threeTabs();
  for (const tab of tabs) tab.connection.end();
  await profile.clock.pass(10_000);
  await settle();
  assert.deepEqual([profile.leaders, profile.open_sockets], [[], []]);
  tabs[2].connection.resume();
  assert.deepEqual(profile.leaders, ['c']);
});
