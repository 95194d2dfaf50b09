import assert from 'node:assert/strict';
import { test } from 'node:test';

import { handOver, textsOf, watchSignOut } from '../../../static/js/feed/leaving.js';
import { createStore } from '../../../static/js/lib/storage.js';
import { settle } from './shapes.js';

const item = (id, at, more = {}) => {
  const payload = { thread_id: '7', body: `text ${id}`, client_id: id };
  return JSON.stringify({ client_id: id, event: 'message:post', payload, at, state: 'sending', ...more });
};

function storeWith(entries) {
  const store = createStore(null);
  for (const [key, value] of Object.entries(entries)) store.set(key, value);
  return store;
}

const unsent = () =>
  storeWith({
    'hub:pending:3:b': item('b', 2, { state: 'failed' }),
    'hub:pending:3:a': item('a', 1),
    'hub:pending:3:n': item('n', 3, { event: 'note:post' }),
    'hub:pending:3:s': item('s', 4, { state: 'stored' }),
    'hub:draft:3:thread:7': JSON.stringify({ body: 'half a sentence', saved: true }),
    'hub:draft:3:room:12': 'a question',
    'hub:draft:3:room:13': JSON.stringify({ body: 'what another computer may have changed', saved: true }),
  });

/** An HTTP whose answers are faults by place. */
function receiving(faults = {}) {
  const posts = {};
  const post = async (path, { place, body }) => {
    assert.equal(path, '/drafts');
    if (faults[place]) throw { code: faults[place] };
    posts[place] = body;
  };
  return { posts, post };
}

test('what could not be sent stands ahead of what was being written, in the order of writing', () => {
  const bodies = Object.fromEntries(textsOf(unsent(), '3').map(({ place, body }) => [place, body]));
  assert.deepEqual(bodies, {
    'thread:7': 'text a\n\ntext b\n\nhalf a sentence',
    'note:7': 'text n',
    'room:12': 'a question',
    'room:13': '', // the server has it
  });
});

test('texts become drafts of the server and leave the browser', async () => {
  const [store, http] = [unsent(), receiving()];
  await handOver(store, http, '3');
  assert.deepEqual(Object.keys(http.posts).sort(), ['note:7', 'room:12', 'thread:7']);
  assert.deepEqual(store.keys(), []);
});

test('a note becomes a note’s draft and never that of a message', async () => {
  const http = receiving();
  await handOver(storeWith({ 'hub:pending:3:n': item('n', 1, { event: 'note:post' }) }), http, '3');
  assert.deepEqual(http.posts, { 'note:7': 'text n' });
});

test('a text that the server could not take stays, as long as there is a place for it', async () => {
  const [store, http] = [unsent(), receiving({ 'room:12': 'offline', 'note:7': 'not_found' })];
  await handOver(store, http, '3');
  assert.deepEqual(store.keys(), ['hub:draft:3:room:12']);
});

test('other people’s texts and settings are not touched', async () => {
  const others = { 'hub:pending:31:a': item('a', 1), 'hub:draft:31:thread:7': 'theirs', 'hub:leader:3': 'x 1' };
  const [store, http] = [storeWith(others), receiving()];
  await handOver(store, http, '3');
  assert.deepEqual([store.keys().sort(), http.posts], [Object.keys(others).sort(), {}]);
});

test('an entry that nobody can read goes without a word', async () => {
  const [store, http] = [storeWith({ 'hub:pending:3:a': '{' }), receiving()];
  await handOver(store, http, '3');
  assert.deepEqual([store.keys(), http.posts], [[], {}]);
});

test('the form goes when all is handed over', async () => {
  const [store, http, listeners, did] = [unsent(), receiving(), {}, []];
  const form = { addEventListener: (name, listener) => (listeners[name] = listener), submit: () => did.push(store.keys().length) };
  watchSignOut(form, '3', { store, http });
  listeners.submit({ preventDefault: () => did.push('held') });
  await settle();
  assert.deepEqual(did, ['held', 0]);
});

test('a page without that form is left alone', () => {
  watchSignOut(null, '3', {});
});

/** A browser's kept files, as files/keeper.js. */
const keeping = (...names) => {
  const kept = new Set(names);
  return { kept, keys: async (prefix) => [...kept].filter((key) => key.startsWith(prefix)), remove: async (key) => kept.delete(key) };
};

/** Submit the form of signing out; what the person was asked, and whether it went. */
async function leave(store, http, keeper, answer) {
  const [listeners, did] = [{}, { asked: null, went: false }];
  const form = { addEventListener: (name, listener) => (listeners[name] = listener), submit: () => (did.went = true) };
  const ask = async (lost) => {
    did.asked = lost;
    return answer;
  };
  watchSignOut(form, '3', { store, http, keeper, ask });
  listeners.submit({ preventDefault() {} });
  await settle();
  await settle();
  return did;
}

test('a file that cannot be kept holds the signing out until the person agrees', async () => {
  const store = storeWith({ 'hub:files:3:thread:7:1': '{}' });
  const keeper = keeping('3:thread:7:a', '31:thread:7:b');
  const held = await leave(store, receiving(), keeper, false);
  assert.deepEqual([held.asked, held.went, keeper.kept.size], [{ texts: 0, files: 2 }, false, 2]);
  const gone = await leave(store, receiving(), keeper, true);
  assert.deepEqual([gone.went, store.keys(), [...keeper.kept]], [true, [], ['31:thread:7:b']]);
});

test('a text that the server could not take is asked about as well', async () => {
  const store = storeWith({ 'hub:draft:3:thread:7': 'half a sentence' });
  const did = await leave(store, receiving({ 'thread:7': 'offline' }), keeping(), false);
  assert.deepEqual([did.asked, did.went, store.keys()], [{ texts: 1, files: 0 }, false, ['hub:draft:3:thread:7']]);
});

test('nothing is asked when nothing is lost', async () => {
  const did = await leave(unsent(), receiving(), keeping(), false);
  assert.deepEqual([did.asked, did.went], [null, true]);
});
