// What a paste means, and how a pasted table is written.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { meaningOf, tableMarks } from '../../../static/js/files/pasting.js';

const picture = [{ name: 'image.png' }];

test('text wins over the picture of it that Office puts beside it', () => {
  assert.equal(meaningOf({ plain: '単価', table: null, files: picture }), 'text');
  assert.equal(meaningOf({ plain: 'a\tb', table: [['a', 'b']], files: picture }), 'table');
});

test('a picture alone, also one with an empty text beside it, becomes a file', () => {
  assert.equal(meaningOf({ plain: '', table: null, files: picture }), 'files');
  assert.equal(meaningOf({ plain: ' \n', table: null, files: picture }), 'files');
});

test('rows become a table; short rows are filled, breaks and bars inside cells go', () => {
  const rows = [['項目', '件数', '備考'], ['申請\n(窓口)', '12'], ['a|b', '3', 'c']];
  assert.equal(tableMarks(rows), '| 項目 | 件数 | 備考 |\n| --- | --- | --- |\n| 申請 (窓口) | 12 |  |\n| a｜b | 3 | c |');
});

test('one cell or one column stays text', () => {
  assert.equal(tableMarks([['ひとつ']]), null);
  assert.equal(tableMarks([['a'], ['b']]), null);
  assert.equal(tableMarks([]), null);
});
