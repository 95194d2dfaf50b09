import assert from 'node:assert/strict';
import { test } from 'node:test';

import { followWaiting } from '../../../static/js/rooms/list.js';

test('what waits is asked about once for several changes of consultations, and never for a talk or a message', async () => {
  const asked = [];
  const drawn = [];
  const timers = [];
  let listener;
  followWaiting({
    feed: { subscribe: (given) => (listener = given) },
    http: { get: async (path) => asked.push(path) && { rooms: [{ room_id: '1', waiting: 1 }] } },
    draw: (rooms) => drawn.push(rooms.length),
    later: (call, ms) => timers.push([call, ms]),
    chance: () => 0.5,
  });
  listener({}, null);
  listener({}, { type: 'message:posted', data: { state: 'shown' } });
  listener({}, { type: 'thread:changed', data: { state: null } });
  assert.equal(timers.length, 0);
  listener({}, { type: 'thread:opened', data: { state: 'open' } });
  listener({}, { type: 'thread:changed', data: { state: 'answered' } });
  listener({}, { type: 'thread:arrived', data: { thread: { state: 'open' } } });
  assert.deepEqual(timers.map(([, ms]) => ms), [3000]);
  await timers[0][0]();
  assert.deepEqual([asked, drawn], [['/rooms'], [1]]);
  listener({}, { type: 'thread:left', data: { thread_id: '1', version: 2 } });
  assert.equal(timers.length, 2);
});
