import assert from 'node:assert/strict';
import { test } from 'node:test';

import { counted } from '../../../static/js/lib/plural.js';

const ENGLISH = { one: '{n} suggestion', other: '{n} suggestions' };
const JAPANESE = { one: '候補 {n}件', other: '候補 {n}件' };

test('English has a form for one and another for all other numbers', () => {
  const said = [0, 1, 2, 21].map((n) => counted(ENGLISH, n, { language: 'en' }));
  assert.deepEqual(said, ['0 suggestions', '1 suggestion', '2 suggestions', '21 suggestions']);
});

test('Japanese has one form', () => {
  assert.deepEqual([1, 2].map((n) => counted(JAPANESE, n, { language: 'ja' })), ['候補 1件', '候補 2件']);
});

test('the number may be shown in another way, and is never read as a pattern', () => {
  assert.equal(counted(ENGLISH, 1000, { shown: '1,000', language: 'en' }), '1,000 suggestions');
  assert.equal(counted(ENGLISH, 2, { shown: '$&', language: 'en' }), '$& suggestions');
});
