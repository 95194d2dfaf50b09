import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Basket } from '../../../static/js/files/basket.js';
import { createStore } from '../../../static/js/lib/storage.js';
import { inTurn } from '../../../static/js/lib/turns.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));
const data = (id) => ({ attachment_id: id, name: `${id}.pdf`, size_bytes: 10 });

/** As navigator.locks: one at a time, in the order of asking. */
function locks() {
  const ends = new Map();
  return {
    request(name, work) {
      const mine = (ends.get(name) ?? Promise.resolve()).then(work);
      ends.set(name, mine);
      return mine;
    },
  };
}

/** One browser: its tabs share what it keeps, and each hears of what the others change there. */
class Profile {
  constructor({ locked = true } = {}) {
    Object.assign(this, { kept: new Map(), files: new Map(), tabs: [], sent: [], discarded: [], locks: locked ? locks() : undefined });
  }

  /** A tab at the same thread; `late`: what the others do reaches it only when `catchUp` is called. */
  open(more = {}) {
    const tab = { late: [], isLate: false };
    const say = (key, newValue) => {
      const had = this.kept.has(key);
      if (newValue === null) this.kept.delete(key);
      else this.kept.set(key, newValue);
      if (newValue !== null || had) for (const other of this.tabs) if (other !== tab) other.hear({ key, newValue });
    };
    const storage = { getItem: (key) => this.kept.get(key) ?? null, setItem: say, removeItem: (key) => say(key, null) };
    const store = createStore(storage);
    store.keys = () => [...this.kept.keys()];
    tab.basket = new Basket({ ...this.deps(), ...more, store });
    tab.hear = (change) => (tab.isLate ? tab.late.push(change) : tab.basket.heard(change));
    tab.catchUp = () => tab.late.splice(0).forEach((change) => tab.basket.heard(change));
    this.tabs.push(tab);
    return tab;
  }

  deps() {
    const { files, sent, discarded } = this;
    return {
      staffId: '3',
      place: 'thread:7',
      keeper: {
        put: async (key, file, name) => files.set(key, { file, name }),
        get: async (key) => files.get(key),
        remove: async (key) => files.delete(key),
        keys: async (prefix) => [...files.keys()].filter((key) => key.startsWith(prefix)),
      },
      send(_file, { name }) {
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
      limits: { file_bytes: 100, files_per_post: 5 },
      words: { failed: 'failed' },
      inTurn: (name, work) => inTurn(name, work, this.locks),
      changed() {},
      discard: (id) => discarded.push(id),
    };
  }
}

/** A file that the first tab is sending, and a second tab opened meanwhile. */
async function two(options, more) {
  const profile = new Profile(options);
  const first = profile.open(more);
  first.basket.add([{ name: 'a.pdf', size: 10 }]);
  await settle();
  const second = profile.open(more);
  await second.basket.restore();
  await settle();
  return { profile, first, second, sent: profile.sent };
}

// Seen to fail without a listener: the second tab went on offering what the first had posted, and its own post was refused.
test('what one tab posts or takes out is gone in the others, and what arrives in one is in all', async () => {
  const { first, second, sent } = await two();
  sent[0].arrive(data('1'));
  await settle();
  assert.deepEqual([first.basket.ids(), second.basket.ids()], [['1'], ['1']]);
  second.basket.giveBack(data('2'));
  assert.deepEqual(first.basket.ids(), ['1', '2']);
  first.basket.remove('2');
  assert.deepEqual(second.basket.ids(), ['1']);
  second.basket.clear();
  assert.deepEqual([first.basket.empty, second.basket.empty], [true, true]);
});

test('two tabs never overwrite each other’s', async () => {
  const profile = new Profile();
  const [first, second] = [profile.open(), profile.open()];
  first.isLate = second.isLate = true;
  first.basket.giveBack(data('1'));
  second.basket.giveBack(data('2'));
  first.catchUp();
  second.catchUp();
  assert.deepEqual([first.basket.ids().sort(), second.basket.ids().sort()], [['1', '2'], ['1', '2']]);
  const third = profile.open();
  await third.basket.restore();
  assert.deepEqual(third.basket.ids(), ['1', '2']);
});

// Seen to fail without turns: both tabs sent the file.
test('a tab opened during an upload waits for it', async () => {
  const { first, second, sent, profile } = await two();
  assert.deepEqual([sent.length, second.basket.sending], [1, true]);
  const settled = second.basket.settled();
  sent[0].arrive(data('1'));
  await settled;
  await settle();
  assert.deepEqual([sent.length, first.basket.ids(), second.basket.ids(), profile.files.size], [1, ['1'], ['1'], 0]);
});

test('a tab that hears too late, or nothing from a full browser, does not send what went through', async () => {
  const { first, second, sent } = await two();
  second.isLate = true;
  sent[0].arrive(data('1'));
  await settle();
  assert.deepEqual([sent.length, second.basket.empty], [1, true]);
  second.catchUp();
  assert.deepEqual([first.basket.ids(), second.basket.ids()], [['1'], ['1']]);
});

test('when the tab that sends fails, the one that waited tries', async () => {
  const { first, second, sent } = await two();
  sent[0].fail({ code: 'offline' });
  await settle();
  assert.deepEqual([first.basket.failed, sent.length], [true, 2]);
  sent[1].arrive(data('1'));
  await settle();
  assert.deepEqual([first.basket.ids(), second.basket.ids(), first.basket.failed], [['1'], ['1'], false]);
});

for (const locked of [true, false]) {
  // Seen to fail when only an entry's end was told: a file on its way has none, and the other tab sent it all the same.
  test(`a file taken out while it is on its way goes nowhere else either${locked ? '' : ', without locks'}`, async () => {
    const { first, second, sent, profile } = await two({ locked });
    first.basket.remove('i0');
    await settle();
    assert.deepEqual([second.basket.empty, sent.every((going) => going.aborted), profile.kept.size], [true, true, 0]);
  });
}

test('without locks both send, and what comes first counts', async () => {
  const { first, second, sent, profile } = await two({ locked: false });
  assert.equal(sent.length, 2);
  sent[1].arrive(data('2'));
  await settle();
  assert.deepEqual([sent[0].aborted, first.basket.ids(), second.basket.ids()], [true, ['2'], ['2']]);
  assert.deepEqual(profile.discarded, []);
});

test('without locks two that arrive at once are one file in either tab', async () => {
  const { first, second, sent, profile } = await two({ locked: false });
  first.isLate = second.isLate = true;
  sent[0].arrive(data('1'));
  sent[1].arrive(data('2'));
  await settle();
  first.catchUp();
  second.catchUp();
  assert.deepEqual([first.basket.ids(), second.basket.ids()], [['1'], ['2']]);
  first.isLate = second.isLate = false;
  first.basket.clear();
  assert.deepEqual([second.basket.empty, profile.kept.size], [true, 0]);
});

test('an upload that arrives after the other tab’s is thrown away', async () => {
  const { first, second, sent, profile } = await two({ locked: false });
  sent[0].abort = () => {}; // too late
  sent[1].arrive(data('2'));
  await settle();
  sent[0].arrive(data('1'));
  await settle();
  assert.deepEqual([first.basket.ids(), second.basket.ids(), profile.discarded], [['2'], ['2'], ['1']]);
});

test('what is handed over in one tab does not go again from another', async () => {
  const taken = [];
  const { first, second, sent } = await two({}, { handOver: (given) => taken.push(given.attachment_id) });
  sent[0].arrive(data('1'));
  await settle();
  assert.deepEqual([taken, sent.length, first.basket.empty, second.basket.empty], [['1'], 1, true, true]);
});

test('another place and another person are not meant', () => {
  const tab = new Profile().open();
  tab.basket.giveBack(data('1'));
  for (const key of [null, 'hub:files:3:thread:71:1', 'hub:files:31:thread:7:1']) tab.basket.heard({ key, newValue: null });
  assert.deepEqual(tab.basket.ids(), ['1']);
});

test('locks that a policy forbids are done without', async () => {
  const forbidden = { request: async () => Promise.reject(new Error('denied')) };
  assert.equal(await inTurn('a', async () => 'done', forbidden), 'done');
});
