import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addressOf, markOf } from '../../../static/js/library/filter.js';

test('the address says what was chosen and nothing that is empty', () => {
  assert.equal(addressOf('/cases', [['q', ''], ['order', 'near'], ['stage', '実装'], ['stage', '実証']]), '/cases?order=near&stage=%E5%AE%9F%E8%A3%85&stage=%E5%AE%9F%E8%A8%BC');
  assert.equal(addressOf('/cases', [['q', '']]), '/cases');
});

test('what had the keyboard is found again by its id, or by its name and value', () => {
  globalThis.CSS ??= { escape: (text) => text };
  assert.equal(markOf({ id: 'field-order' }), '#field-order');
  assert.equal(markOf({ id: '', name: 'stage', value: '実装' }), '[name="stage"][value="実装"]');
  assert.equal(markOf({ id: '', name: '', value: '' }), null);
  assert.equal(markOf(null), null);
});
