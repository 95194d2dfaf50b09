import assert from 'node:assert/strict';
import { test } from 'node:test';

import { nextStep } from '../../static/js/accounts/session.js';

test('long before the end nothing is shown, and it asks again five minutes before', () => {
  assert.deepEqual(nextStep({ ends_in_s: 3600, at_most_s: 40_000 }, 300), { show: 'nothing', askAgainS: 3300 });
});

test('shortly before the idle end it offers to stay', () => {
  assert.deepEqual(nextStep({ ends_in_s: 299, at_most_s: 40_000 }, 300), { show: 'soon', askAgainS: 300 });
});

test('shortly before the absolute end it offers nothing that would not help', () => {
  assert.equal(nextStep({ ends_in_s: 299, at_most_s: 299 }, 300).show, 'last');
});

test('an ended sign-in is said to be over, and it does not ask for ever', () => {
  assert.deepEqual(nextStep(null, 300), { show: 'over', askAgainS: null });
  assert.deepEqual(nextStep({ ends_in_s: 0, at_most_s: 0 }, 300), { show: 'over', askAgainS: null });
});
