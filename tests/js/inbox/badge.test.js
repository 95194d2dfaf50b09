import assert from 'node:assert/strict';
import { test } from 'node:test';

import { followInbox } from '../../../static/js/inbox/badge.js';

test('several changes at once are asked about once, other events never', async () => {
  const asked = [];
  const shown = [];
  const timers = [];
  let listener;
  followInbox({
    feed: { subscribe: (given) => (listener = given) },
    http: { get: async (path) => asked.push(path) && { count: 7 } },
    show: (count) => shown.push(count),
    later: (call) => timers.push(call),
  });
  for (const type of ['message:posted', 'inbox:added', 'inbox:changed', 'inbox:added']) listener({}, { type });
  listener({}, null);
  assert.equal(timers.length, 1);
  await timers[0]();
  assert.deepEqual([asked, shown], [['/inbox/count'], [7]]);
  listener({}, { type: 'inbox:changed' });
  assert.equal(timers.length, 2);
});
