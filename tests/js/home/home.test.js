import assert from 'node:assert/strict';
import { test } from 'node:test';

import { concerns, waitFor } from '../../../static/js/home/home.js';
import { newsAmong } from '../../../static/js/lib/living.js';

const officer = {
  me: { answers: false, organisation: '吉岡町' },
  ownRoom: '1',
  shows: (id) => id === '10',
  lists: () => false,
  listsRooms: false,
};
const supporter = { ...officer, me: { answers: true, organisation: '群馬県' }, ownRoom: undefined };
const guest = { ...officer, shows: () => false, lists: (id) => id === '5', listsRooms: true };

const frame = (type, stream, data = {}) => ({ type, stream, data });
const asked = (room, organisation, more = {}) =>
  frame('thread:opened', `room:${room}`, { thread_id: '11', room_id: room, kind: 'consultation', opened_by: { organisation }, ...more });

test('what is said to the reader, and access that changes, always concerns the page', () => {
  for (const type of ['inbox:added', 'inbox:changed', 'access:changed']) assert.ok(concerns(frame(type, 'user:7'), officer));
  assert.ok(concerns(frame('closed', 'room:1'), officer));
  assert.ok(!concerns(frame('void', 'user:7'), officer));
});

test('what lists only what is said to its reader asks for nothing else, but for what was taken out of it', () => {
  const inbox = { ...supporter, hearsOwn: true };
  assert.ok(concerns(frame('inbox:added', 'user:7'), inbox));
  assert.ok(!concerns(asked('2', '榛東村'), inbox));
  assert.ok(!concerns(frame('message:posted', 'room:2', { thread_id: '10' }), inbox));
  assert.ok(concerns(frame('message:deleted', 'room:2', { thread_id: '10' }), inbox));
  assert.ok(!concerns(frame('message:deleted', 'room:2', { thread_id: '11' }), inbox));
});

test('a mark concerns the page that shows its thread, or rooms', () => {
  assert.ok(concerns(frame('mark:moved', 'user:7', { thread_id: '10' }), officer));
  assert.ok(!concerns(frame('mark:moved', 'user:7', { thread_id: '11' }), officer));
  assert.ok(concerns(frame('mark:moved', 'user:7', { thread_id: '11' }), guest));
});

test('a consultation concerns whoever answers, and the town that asked or whose room it is in', () => {
  assert.ok(concerns(asked('2', '榛東村'), supporter));
  assert.ok(!concerns(asked('2', '榛東村'), officer));
  assert.ok(concerns(asked('2', '吉岡町'), officer));
  assert.ok(concerns(asked('1', '群馬県'), officer));
  assert.ok(concerns(frame('thread:arrived', 'room:1', { thread: asked('1', '榛東村').data, messages: [] }), officer));
});

test('a notice concerns everybody, a talk nobody who does not see it', () => {
  assert.ok(concerns(asked('2', '群馬県', { kind: 'notice' }), officer));
  assert.ok(!concerns(asked('1', '吉岡町', { kind: 'talk' }), officer));
  assert.ok(concerns(asked('2', '榛東村', { kind: 'talk', thread_id: '10' }), officer));
});

test('a message concerns the page that shows its thread or lists its room', () => {
  assert.ok(concerns(frame('message:posted', 'room:2', { thread_id: '10' }), officer));
  assert.ok(!concerns(frame('message:posted', 'room:2', { thread_id: '11' }), officer));
  assert.ok(concerns(frame('message:posted', 'room:5', { thread_id: '11' }), guest));
  assert.ok(!concerns(frame('note:posted', 'notes:5', { thread_id: '10' }), officer));
});

test('what everybody hears is asked for in turns; what is taken away, and what few hear, at once', () => {
  const chance = () => 0.5;
  assert.equal(waitFor(asked('2', '群馬県', { kind: 'notice' }), officer, chance), 4_300);
  assert.equal(waitFor(asked('1', '吉岡町'), officer, chance), 300);
  assert.equal(waitFor(frame('inbox:added', 'user:7'), officer, chance), 300);
  assert.equal(waitFor(frame('message:deleted', 'room:2', { thread_id: '10' }), officer, chance), 300);
  assert.equal(waitFor(asked('2', '群馬県'), supporter, chance), 300);
});

test('a row is news when it was nowhere on the page; where moving counts, also when it stood elsewhere', () => {
  const row = (section, key, moved = false) => ({ place: `${section} ${key}`, key, moved });
  const shown = [row('answers', 'thread:1', true), row('asked', 'thread:2')];
  assert.deepEqual(newsAmong(shown, shown), []);
  assert.deepEqual(newsAmong(shown, [row('asked', 'thread:1'), row('asked', 'thread:2')]), []);
  assert.deepEqual(newsAmong(shown, [row('answers', 'thread:2', true)]), [row('answers', 'thread:2', true)]);
  assert.deepEqual(newsAmong(shown, [row('asked', 'thread:3')]), [row('asked', 'thread:3')]);
});
