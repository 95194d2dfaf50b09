import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createStore } from '../../../static/js/lib/storage.js';

/** What localStorage is to its users: entries are its own properties, methods are inherited. */
class Kept {
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }

  setItem(key, value) {
    this[key] = String(value);
  }

  removeItem(key) {
    delete this[key];
  }
}

class Full extends Kept {
  setItem() {
    throw new Error('QuotaExceededError');
  }
}

class Forbidden {
  getItem() {
    throw new Error('SecurityError');
  }
}

test('keeps, finds, lists and forgets', () => {
  const kept = new Kept();
  const store = createStore(kept);
  store.set('a', '1');
  assert.deepEqual([store.get('a'), { ...kept }, store.keys()], ['1', { a: '1' }, ['a']]);
  store.remove('a');
  assert.deepEqual([store.get('a'), { ...kept }, store.keys()], [null, {}, []]);
});

test('what is not there is null', () => {
  assert.equal(createStore(new Kept()).get('a'), null);
});

test('a full storage is stood in for by memory, and the newest value counts', () => {
  const full = new Full();
  full.a = 'old';
  const store = createStore(full);
  store.set('a', 'new');
  assert.equal(store.get('a'), 'new');
  store.remove('a');
  assert.equal(store.get('a'), null);
});

test('without any storage everything works for as long as the page lives', () => {
  for (const none of [null, undefined, new Forbidden()]) {
    const store = createStore(none);
    store.set('a', '1');
    assert.deepEqual([store.get('a'), store.keys()], ['1', ['a']]);
    store.remove('a');
    assert.deepEqual([store.get('a'), store.keys()], [null, []]);
  }
});
