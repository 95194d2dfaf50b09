import assert from 'node:assert/strict';
import { test } from 'node:test';

import { followUnread } from '../../../static/js/rooms/list.js';
import { wasUnread } from '../../../static/js/threads/list.js';

/** A page with a number at room 1 and none at room 2. */
function page() {
  const drawn = [];
  const timers = [];
  let listener;
  followUnread({
    feed: { subscribe: (given) => (listener = given) },
    isNumbered: (id) => id === '1',
    shows: (thread) => thread === '8',
    http: { get: async () => ({ rooms: [{ room_id: '1', unread: 0 }] }) },
    draw: (rooms) => drawn.push(rooms),
    later: (call, ms) => timers.push([call, ms]),
    chance: () => 0.5,
  });
  return { drawn, timers, changed: (type, stream, data = {}) => listener({}, type && { type, stream, data }) };
}

test('what is unread is asked about once for several messages that went, and only where a number stands', async () => {
  const { drawn, timers, changed } = page();
  changed(null);
  changed('message:posted', 'room:1');
  changed('message:deleted', 'room:2');
  changed('thread:left', 'room:2');
  assert.equal(timers.length, 0);
  changed('message:deleted', 'room:1');
  changed('thread:left', 'room:1');
  assert.deepEqual(timers.map(([, ms]) => ms), [3_000]);
  await timers[0][0]();
  assert.deepEqual(drawn, [[{ room_id: '1', unread: 0 }]]);
});

test('a thread that arrives and access that changes are asked about everywhere, the latter at once', () => {
  for (const [type, stream, ms] of [['thread:arrived', 'room:2', 3_000], ['access:changed', 'user:7', 1_000]]) {
    const { timers, changed } = page();
    changed(type, stream);
    assert.deepEqual(timers.map(([, after]) => after), [ms]);
  }
});

test('what one reads is asked about where a number stands', () => {
  const { timers, changed } = page();
  changed('mark:moved', 'user:7', { room_id: '2' });
  assert.equal(timers.length, 0);
  changed('mark:moved', 'user:7', { room_id: '1' });
  assert.deepEqual(timers.map(([, ms]) => ms), [1_000]);
});

test('a thread that leaves is asked about also where its last message is shown', () => {
  const { timers, changed } = page();
  changed('thread:left', 'room:2', { thread_id: '9' });
  assert.equal(timers.length, 0);
  changed('thread:left', 'room:2', { thread_id: '8' });
  assert.equal(timers.length, 1);
});

test('a message behind the mark was unread once, unless it was my own', () => {
  const erased = new Set();
  const message = (id, position, staff) => ({ message_id: id, position, author: { staff_id: staff } });
  assert.equal(wasUnread(message('1', 3, '9'), 3, erased, { staff_id: '7' }), false);
  assert.equal(wasUnread(message('2', 4, '9'), 3, erased, { staff_id: '7' }), true);
  assert.equal(wasUnread(message('2', 4, '9'), 3, erased, { staff_id: '7' }), false);
  assert.equal(wasUnread(message('3', 5, '7'), 3, erased, { staff_id: '7' }), false);
});
