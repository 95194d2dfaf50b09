import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';

import { createStore } from '../../../static/js/lib/storage.js';
import { DraftKeeper } from '../../../static/js/threads/drafts.js';

const KEY = 'hub:draft:3:thread:7';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

/** A browser's storage that keeps, so that `another()` is the page opened again. */
function place({ kept = null, online = true } = {}) {
  const data = {};
  const storage = {
    getItem: (key) => data[key] ?? null,
    setItem: (key, value) => (data[key] = value),
    removeItem: (key) => delete data[key],
  };
  if (kept !== null) data[KEY] = kept;
  const world = { online, posts: [], data };
  const http = {
    post: async (_path, { body }) => {
      if (!world.online) throw { code: 'offline' };
      world.posts.push(body);
    },
  };
  world.another = () => new DraftKeeper('thread:7', { http, me: { staff_id: '3' }, store: createStore(storage) });
  return world;
}

async function pause(ms = 2_000) {
  mock.timers.tick(ms);
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

test('what was typed after the last save wins over the server’s older draft, and is sent', async () => {
  const world = place();
  const first = world.another();
  first.keep('first');
  await pause();
  first.keep('first and more');
  mock.timers.reset(); // the tab is closed within the delay
  mock.timers.enable({ apis: ['setTimeout'] });
  assert.equal(world.another().restore('first').body, 'first and more');
  await pause();
  assert.deepEqual(world.posts, ['first', 'first and more']);
});

test('what was typed while offline wins when the page is opened again', async () => {
  const world = place({ online: false });
  world.another().keep('offline');
  await pause();
  world.online = true;
  assert.equal(world.another().restore('older').body, 'offline');
  await pause();
  assert.deepEqual([world.posts, world.another().local().saved], [['offline'], true]);
});

test('a copy that the server has gives way to what another computer wrote since', async () => {
  const world = place();
  world.another().keep('here');
  await pause();
  assert.equal(world.another().restore('elsewhere').body, 'elsewhere');
  assert.equal(world.another().restore('').body, 'here');
});

test('an emptied text stays empty until the server knows', async () => {
  const world = place({ online: false });
  world.another().keep('');
  await pause();
  world.online = true;
  assert.equal(world.another().restore('older').body, '');
  await pause();
  assert.deepEqual([world.posts, world.data], [[''], {}]);
});

test('a save that arrives late says nothing of what was typed meanwhile, nor of what was sent', async () => {
  const world = place();
  const drafts = world.another();
  drafts.keep('one');
  const late = drafts.save('one');
  drafts.keep('two');
  await late;
  assert.equal(drafts.local().saved, false);
  drafts.drop();
  drafts.saved('two');
  assert.deepEqual(world.data, {});
});

test('a bare text, as it was kept before, counts as not saved', () => {
  assert.equal(place({ kept: 'bare' }).another().restore('older').body, 'bare');
  assert.equal(place({ kept: '5' }).another().restore('').body, '5');
});

test('the rest of the form is kept with the text and goes with it', () => {
  const drafts = place().another();
  drafts.keep('text', { title: 'a title' });
  assert.equal(drafts.restore('').title, 'a title');
  drafts.keep('', { title: 'a title' });
  assert.equal(drafts.local().title, undefined);
});
