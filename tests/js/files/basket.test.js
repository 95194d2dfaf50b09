import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sizeWords } from '../../../static/js/files/attachments.js';
import { Basket } from '../../../static/js/files/basket.js';
import { createStore } from '../../../static/js/lib/storage.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A browser that keeps files for as long as the test runs. */
function keeping(entries = []) {
  const kept = new Map(entries);
  return {
    kept,
    put: async (key, file, name) => kept.set(key, { file, name }),
    get: async (key) => kept.get(key),
    remove: async (key) => kept.delete(key),
    keys: async (prefix) => [...kept.keys()].filter((key) => key.startsWith(prefix)),
  };
}

function made(more = {}) {
  const sent = [];
  const discarded = [];
  const deps = {
    staffId: '3',
    place: 'thread:7',
    store: createStore(null),
    keeper: keeping(),
    send(file, { name }) {
      const going = { name, aborted: false };
      going.done = new Promise((resolve, reject) => Object.assign(going, { arrive: resolve, fail: reject }));
      going.abort = () => {
        going.aborted = true;
        going.fail({ code: 'aborted' });
      };
      sent.push(going);
      return going;
    },
    newId: () => `i${sent.length}`,
    limits: { file_bytes: 100, files_per_post: 2 },
    words: { failed: 'failed', too_large: 'too large' },
    inTurn: (_name, work) => work(),
    changed() {},
    discard: (id) => discarded.push(id),
    ...more,
  };
  return { basket: new Basket(deps), deps, sent, discarded };
}

const file = (name, size = 10) => ({ name, size });
const data = (id) => ({ attachment_id: id, name: `${id}.pdf`, size_bytes: 10 });

test('a file that got through is named in the post and no longer kept', async () => {
  const { basket, deps, sent } = made();
  basket.add([file('a.pdf')]);
  assert.deepEqual([basket.sending, basket.ids(), deps.keeper.kept.size], [true, [], 1]);
  sent[0].arrive(data('1'));
  await basket.settled();
  assert.deepEqual([basket.sending, basket.ids(), deps.keeper.kept.size], [false, ['1'], 0]);
});

test('one too many is given back, one too large is not even sent', () => {
  const { basket, sent } = made();
  assert.deepEqual(basket.add([file('a'), file('b', 101), file('c')]).map((f) => f.name), ['c']);
  assert.deepEqual([sent.length, basket.failed], [1, true]);
});

test('a file taken out while it is on its way is cut off, and thrown away when it arrived all the same', async () => {
  const { basket, sent, discarded } = made();
  basket.add([file('a')]);
  sent[0].abort = () => {}; // too late
  basket.remove(basket.items[0].id);
  sent[0].arrive(data('1'));
  await settle();
  assert.deepEqual([basket.ids(), discarded], [[], ['1']]);
});

test('what failed for want of a network goes again, what was refused does not', async () => {
  const { basket, sent } = made();
  basket.add([file('a'), file('b')]);
  sent[0].fail({ code: 'offline' });
  sent[1].fail({ code: 'invalid', message: 'no' });
  await basket.settled();
  await settle();
  basket.retryLater();
  assert.deepEqual(sent.map((s) => s.name), ['a', 'b', 'a']);
});

test('another life of the page goes on with what was there, and only with this person’s', async () => {
  const store = createStore(null);
  for (const id of ['10', '1']) store.set(`hub:files:3:thread:7:${id}`, JSON.stringify(data(id)));
  store.set('hub:files:31:thread:7:9', JSON.stringify(data('9')));
  store.set('hub:files:3:thread:71:9', JSON.stringify(data('9')));
  const keeper = keeping([['3:thread:7:x', { file: file('x'), name: 'x' }], ['31:thread:7:y', { file: file('y'), name: 'y' }]]);
  const { basket, sent } = made({ store, keeper });
  await basket.restore([data('1')]);
  assert.deepEqual([basket.ids(), sent.map((s) => s.name)], [['1', '10'], ['x']]);
});

test('after the post nothing is left to come back', async () => {
  const { basket, deps, sent } = made();
  basket.add([file('a')]);
  sent[0].arrive(data('1'));
  await basket.settled();
  basket.clear();
  assert.deepEqual([deps.store.keys(), basket.empty], [[], true]);
});

test('a file that is handed over is the page’s own affair: it neither waits here nor comes back', async () => {
  const taken = [];
  const { basket, deps, sent, discarded } = made({ handOver: (given) => taken.push(given.attachment_id) });
  basket.add([file('a'), file('b')]);
  sent[0].arrive(data('1'));
  await settle();
  assert.deepEqual([taken, basket.items.length, deps.store.keys(), discarded, deps.keeper.kept.size], [['1'], 1, [], [], 1]);
});

test('sizes read as on the server’s page', () => {
  assert.deepEqual([812, 34_000, 1_200_000].map(sizeWords), ['812 B', '34 KB', '1.2 MB']);
});
