import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Pending } from '../../../static/js/feed/pending.js';
import { standing } from '../../../static/js/feed/unsent.js';
import { createStore } from '../../../static/js/lib/storage.js';

const item = (state, thread_id = 't1', at = 0) => ({ state, at, payload: { thread_id } });

test('what came back is listed; only what was tried for too long can be sent again', () => {
  assert.deepEqual(standing(item('failed'), null, 0), { back: true, retry: false });
  assert.deepEqual(standing(item('expired'), null, 0), { back: true, retry: true });
});

test('what is on its way is listed after a moment, and not beside the thread that shows it', () => {
  assert.equal(standing(item('sending'), null, 1_000), null);
  assert.deepEqual(standing(item('sending'), null, 6_000), { back: false, retry: false });
  assert.equal(standing(item('sending'), 't1', 6_000), null);
  assert.equal(standing(item('stored'), null, 6_000), null);
});

test('what cannot be sent is kept with its reason, and found again by the next page', () => {
  const store = createStore(null);
  const deps = { store, key: 'hub:pending:3', now: () => 5, changed() {}, never() {} };
  new Pending(deps).keepBack('message:post', { thread_id: 't1', body: 'words', client_id: 'a' }, { code: 'not_found', message: 'gone' });
  const [found] = new Pending(deps).list();
  assert.deepEqual([found.state, found.payload.body, found.error.message], ['failed', 'words', 'gone']);
});
