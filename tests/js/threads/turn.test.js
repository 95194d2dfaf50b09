// Which words say whose turn it is.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isBroken, turnKey } from '../../../static/js/threads/turn.js';

test('the body that asks is told apart from one that answers', () => {
  assert.equal(turnKey({ side: 'municipality', state: 'answered' }), 'asking');
  assert.equal(turnKey({ side: 'municipality', state: 'open' }), 'municipality');
  assert.equal(turnKey({ side: 'prefecture', state: 'open' }), 'prefecture');
});

test('somebody outside is outside, whoever waits for them', () => {
  for (const state of ['open', 'answered']) assert.equal(turnKey({ side: 'outside', state }), 'outside');
});

test('a promise is broken when its day is over in Japan', () => {
  const promise = { due_on: '2026-12-01' };
  assert.equal(isBroken(promise, Date.parse('2026-12-01T14:59:59Z')), false);
  assert.equal(isBroken(promise, Date.parse('2026-12-01T15:00:00Z')), true);
});
