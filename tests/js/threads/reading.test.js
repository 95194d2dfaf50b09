import assert from 'node:assert/strict';
import { test } from 'node:test';

import { lastInSight, sight } from '../../../static/js/threads/reading.js';

const box = (top, bottom, position) => ({ dataset: { position }, getBoundingClientRect: () => ({ top, bottom, height: bottom - top }) });

test('what is hidden behind the composer has not been seen', () => {
  const messages = [box(0, 90, '1'), box(120, 300, '2'), box(610, 700, '3'), box(950, 990, '4')];
  const inSight = sight(box(100, 900), box(600, 900), 900);
  assert.deepEqual(inSight, { top: 100, bottom: 600 });
  assert.equal(lastInSight(messages, inSight), 2);
});

test('neither what lies above the pane nor below the window', () => {
  assert.deepEqual(sight(box(-50, 2_000), null, 900), { top: 0, bottom: 900 });
  assert.equal(lastInSight([box(0, 90, '1')], sight(box(100, 900), null, 900)), 0);
});

test('a message on its way has no position and does not count', () => {
  assert.equal(lastInSight([box(0, 90, '')], { top: 0, bottom: 100 }), 0);
});

test('a foot that shows nothing covers nothing', () => {
  assert.equal(sight(box(100, 800), box(0, 0), 900).bottom, 800);
});
