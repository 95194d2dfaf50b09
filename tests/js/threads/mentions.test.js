import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PATTERN, preselected } from '../../../static/js/threads/mentions.js';

const typed = (text) => PATTERN.exec(text)?.[1];

test('an @ calls people, and not behind letters of an address', () => {
  assert.equal(typed('お願いします @こぐ'), 'こぐ');
  assert.equal(typed('お願いします＠こぐ'), 'こぐ');
  assert.equal(typed('@'), '');
  for (const address of ['info@', 'info@ma', 'a.b_c+d-9@town', 'ｉｎｆｏ＠']) assert.equal(typed(address), undefined, address);
});

test('nobody is chosen before a Japanese letter names them', () => {
  assert.ok(preselected('こぐ'));
  for (const begun of ['', 'm', '1']) assert.ok(!preselected(begun), begun);
});
