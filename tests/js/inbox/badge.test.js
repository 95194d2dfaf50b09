import assert from 'node:assert/strict';
import { test } from 'node:test';

import { followInbox, retitled } from '../../../static/js/inbox/badge.js';

// Seen to fail with every event taken for a change, and without each of the three kinds of change.
test('several changes at once are asked about once, other events never', async () => {
  const asked = [];
  const shown = [];
  const timers = [];
  let listener;
  followInbox({
    feed: { subscribe: (given) => (listener = given) },
    http: { get: async (path) => asked.push(path) && { count: 7 } },
    show: ({ count }) => shown.push(count),
    later: (call) => timers.push(call),
  });
  listener({}, null);
  for (const type of ['message:posted', 'thread:left']) listener({}, { type });
  assert.equal(timers.length, 0);
  listener({}, { type: 'inbox:added' });
  assert.equal(timers.length, 1);
  for (const type of ['inbox:changed', 'inbox:added', 'access:changed']) listener({}, { type });
  assert.equal(timers.length, 1);
  await timers[0]();
  assert.deepEqual([asked, shown], [['/inbox/count'], [7]]);
  listener({}, { type: 'inbox:changed' });
  assert.equal(timers.length, 2);
  await timers[1]();
  listener({}, { type: 'access:changed' });
  assert.equal(timers.length, 3);
});

test('the number in the title is made another, put there and taken away, also behind other words', () => {
  assert.equal(retitled('ホーム - ハブ', 0, 2), '(2) ホーム - ハブ');
  assert.equal(retitled('(2) ホーム - ハブ', 2, 12), '(12) ホーム - ハブ');
  assert.equal(retitled('(12) ホーム - ハブ', 12, 0), 'ホーム - ハブ');
  assert.equal(retitled('エラー：(2) プロフィール', 2, 3), 'エラー：(3) プロフィール');
  assert.equal(retitled('(1) (1) の件', 1, 0), '(1) の件');
});
