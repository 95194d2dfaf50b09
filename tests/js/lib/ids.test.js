import assert from 'node:assert/strict';
import { test } from 'node:test';

import { clientId } from '../../../static/js/lib/ids.js';

test('an id is 22 characters that any address takes', () => {
  for (let i = 0; i < 200; i += 1) assert.match(clientId(), /^[A-Za-z0-9_-]{22}$/);
});

test('no two ids are the same', () => {
  assert.equal(new Set(Array.from({ length: 5_000 }, clientId)).size, 5_000);
});

test('it does not need what exists only in a secure context', () => {
  const { randomUUID } = crypto;
  crypto.randomUUID = undefined;
  try {
    assert.equal(clientId().length, 22);
  } finally {
    crypto.randomUUID = randomUUID;
  }
});
