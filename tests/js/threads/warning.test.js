import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Warning, writtenIn } from '../../../static/js/threads/warning.js';

const WORDS = { cautions: { telephone: 'telephone' } };
const TEXT = '電話は 027-223-1111 です';

function form(text, confirmed) {
  const slots = {};
  return {
    slots,
    elements: { body: { value: text }, confirmed },
    querySelector: (selector) => (slots[selector] ??= { hidden: true, textContent: '', dataset: {} }),
  };
}

test('the second attempt sends, and tells the server that its reader was warned', () => {
  const given = form(TEXT, { type: 'hidden', value: '' });
  const warning = new Warning(given, WORDS);
  assert.equal(warning.check(TEXT), true);
  assert.equal(given.slots['[data-slot="cautions"]'].hidden, false);
  assert.equal(warning.check(TEXT), false);
  assert.equal(given.elements.confirmed.value, '1');
});

test('another text is warned of anew', () => {
  const given = form(TEXT, { type: 'hidden', value: '' });
  const warning = new Warning(given, WORDS);
  warning.check(TEXT);
  warning.changed(`${TEXT}。`);
  assert.equal(given.elements.confirmed.value, '');
  assert.equal(warning.check(`${TEXT}。`), true);
});

test('what the server has warned of already is not warned of again', () => {
  assert.equal(new Warning(form(TEXT, { type: 'hidden', value: '1' }), WORDS).check(TEXT), false);
  assert.equal(new Warning(form(TEXT, { type: 'checkbox', value: '1' }), WORDS).check(TEXT), true);
});

test('the reason of a redaction is looked at like a title and a text', () => {
  assert.equal(writtenIn({ elements: { reason: { value: TEXT } } }), TEXT);
  assert.equal(writtenIn({ elements: { title: { value: 'a' }, body: { value: 'b' }, reason: { value: '' } } }), 'a\nb');
});
