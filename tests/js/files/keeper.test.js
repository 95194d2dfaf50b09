import assert from 'node:assert/strict';
import { test } from 'node:test';

import { losses } from '../../../static/js/feed/leaving.js';
import { guardLeaving } from '../../../static/js/feed/leaving_page.js';
import { Basket } from '../../../static/js/files/basket.js';
import { createKeeper } from '../../../static/js/files/keeper.js';
import { createStore } from '../../../static/js/lib/storage.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** As much of IndexedDB as the keeper asks of it. */
function base(kept = new Map()) {
  const answers = {
    put: (value, key) => (kept.set(key, value), key),
    delete: (key) => void kept.delete(key),
    get: (key) => kept.get(key),
    getAllKeys: () => [...kept.keys()],
  };
  const objectStore = () => Object.fromEntries(Object.entries(answers).map(([name, act]) => [name, (...given) => ({ result: act(...given) })]));
  const transaction = () => {
    const going = { objectStore };
    setImmediate(() => going.oncomplete());
    return going;
  };
  const open = () => {
    const request = { result: { transaction } };
    setImmediate(() => request.onsuccess());
    return request;
  };
  return { kept, open };
}

/** What closing the page would say now. */
function asks(page) {
  let asked = false;
  guardLeaving(page, (_name, listener) => listener({ preventDefault: () => (asked = true) }));
  return asked;
}

function trayOf({ store, keeper }, send) {
  const words = { failed: 'failed' };
  const limits = { file_bytes: 100, files_per_post: 5 };
  const inTurn = (_name, work) => work();
  return new Basket({ staffId: '3', place: 'thread:7', store, keeper, send, limits, words, inTurn, newId: () => 'i1', changed() {}, discard() {} });
}

const onItsWay = () => ({ done: new Promise(() => {}), abort() {} });
const offline = () => ({ done: Promise.reject({ code: 'offline' }), abort() {} });
const through = () => ({ done: Promise.resolve({ attachment_id: '1', name: 'a.pdf', size_bytes: 3 }), abort() {} });

test('a kept file outlives its page, which goes without a question', async () => {
  const { kept, open } = base();
  const page = { store: createStore(null), keeper: createKeeper({ open }) };
  trayOf(page, onItsWay).add([{ name: 'a.pdf', size: 3 }]);
  assert.equal(asks(page), true, 'not yet');
  while (kept.size === 0 || page.keeper.fleeting().length > 0) await settle();
  assert.deepEqual([asks(page), await createKeeper({ open }).keys('3:')], [false, ['3:thread:7:i1']]);
});

test('where nothing is kept the page itself goes on having it', async () => {
  const keeper = createKeeper(null);
  const file = {};
  assert.deepEqual([await keeper.put('k', file, 'n'), await keeper.keys(''), await keeper.get('k')], [false, ['k'], { file, name: 'n' }]);
  await keeper.remove('k');
  assert.deepEqual([await keeper.keys(''), await keeper.get('k')], [[], undefined]);
});

// Seen to fail with a keeper that only answers whether it kept the file: {texts: 0, files: 0}, and no question.
for (const [state, send] of [['sending', onItsWay], ['failed', offline]]) {
  test(`where nothing is kept a file that is ${state} is asked about before the page or the person goes`, async () => {
    const page = { store: createStore(null), keeper: createKeeper(null) };
    const tray = trayOf(page, send);
    tray.add([{ name: 'a.pdf', size: 3 }]);
    await settle();
    assert.equal(tray.items[0].state, state);
    assert.deepEqual([asks(page), await losses(page.store, '3', page.keeper)], [true, { texts: 0, files: 1 }]);
    assert.equal((await losses(page.store, '31', page.keeper)).files, 0);
    tray.remove('i1');
    assert.deepEqual([asks(page), await losses(page.store, '3', page.keeper)], [false, { texts: 0, files: 0 }]);
  });
}

test('where nothing is kept a file that got through counts once, and no longer when it is posted', async () => {
  const page = { store: createStore(null), keeper: createKeeper(null) };
  const tray = trayOf(page, through);
  tray.add([{ name: 'a.pdf', size: 3 }]);
  await tray.settled();
  assert.deepEqual([asks(page), await losses(page.store, '3', page.keeper)], [true, { texts: 0, files: 1 }]);
  tray.clear();
  assert.deepEqual([asks(page), await losses(page.store, '3', page.keeper)], [false, { texts: 0, files: 0 }]);
});
