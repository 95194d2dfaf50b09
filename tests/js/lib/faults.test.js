import assert from 'node:assert/strict';
import { test } from 'node:test';

import { faultOf, measured } from '../../../static/js/lib/faults.js';

const WORDS = { empty: 'Write.', too_long: 'At most {n}, now {now}.' };

test('nothing and blanks are nothing', () => {
  assert.equal(faultOf('', 10, WORDS), 'Write.');
  assert.equal(faultOf(' \n　', 10, WORDS), 'Write.');
});

test('what is just long enough may go, one more may not, and both numbers are said', () => {
  assert.equal(faultOf('あ'.repeat(10_000), 10_000, WORDS), null);
  assert.equal(faultOf('あ'.repeat(10_001), 10_000, WORDS), 'At most 10,000, now 10,001.');
});

test('it is counted as the server counts: composed characters, no blanks at the ends', () => {
  assert.equal(measured('か\u3099'), 1);
  assert.equal(measured('𠮷'), 1);
  assert.equal(measured('\n\nあ  \nい\n'), 3);
  assert.equal(faultOf(`${'あ'.repeat(10)}   \n`, 10, WORDS), null);
});
