import assert from 'node:assert/strict';
import { test } from 'node:test';

import { followWaiting } from '../../../static/js/rooms/list.js';

/** A page that follows what waits; `changed(type, data)` is a frame of the feed. */
function page(me) {
  const asked = [];
  const drawn = [];
  const timers = [];
  let listener;
  followWaiting({
    feed: { subscribe: (given) => (listener = given) },
    me,
    isCommon: (id) => id === 'commons',
    http: { get: async (path) => asked.push(path) && { rooms: [{ room_id: '1', waiting: 1 }] } },
    draw: (rooms) => drawn.push(rooms.length),
    later: (call, ms) => timers.push([call, ms]),
    chance: () => 0.5,
  });
  return { asked, drawn, timers, changed: (type, data) => listener({}, type && { type, data }) };
}

test('what waits is asked about once for several changes of consultations, and never for a talk or a message', async () => {
  const { asked, drawn, timers, changed } = page({ answers: true });
  changed(null);
  changed('message:posted', { state: 'shown' });
  changed('thread:changed', { thread_id: '1', state: null });
  assert.equal(timers.length, 0);
  changed('thread:opened', { thread_id: '1', state: 'open' });
  changed('thread:changed', { thread_id: '1', state: 'answered' });
  changed('thread:arrived', { thread: { thread_id: '2', state: 'open' } });
  assert.deepEqual(timers.map(([, ms]) => ms), [3000]);
  await timers[0][0]();
  assert.deepEqual([asked, drawn], [['/rooms'], [1]]);
  changed('thread:changed', { thread_id: '1', state: 'answered' }); // a title, a summary
  assert.equal(timers.length, 1);
  changed('thread:left', { thread_id: '1', version: 2 });
  assert.equal(timers.length, 2);
});

test('a consultation in a room of everybody concerns the DX section and whoever asked', () => {
  const { timers, changed } = page({ answers: false, organisation: '吉岡町' });
  changed('thread:opened', { thread_id: '1', state: 'open', room_id: 'commons', opened_by: { organisation: '榛東村' } });
  assert.equal(timers.length, 0);
  changed('thread:opened', { thread_id: '2', state: 'open', room_id: 'commons', opened_by: { organisation: '吉岡町' } });
  assert.equal(timers.length, 1);
});
