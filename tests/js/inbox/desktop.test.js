import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ability, Desktop } from '../../../static/js/inbox/desktop.js';
import { createStore } from '../../../static/js/lib/storage.js';

/** Pages of one person in one browser; `shown`: what stands on the desktop. */
function browserOf(permission = 'granted') {
  const shown = [];
  const timers = [];
  class Notification {
    static permission = permission;
    constructor(title, options) {
      shown.push({ title, ...options });
    }
  }
  const browser = { isSecureContext: true, Notification };
  const store = createStore(null);
  let at = 1_000_000;
  const page = (hidden) =>
    new Desktop({
      me: { staff_id: '7' },
      store,
      words: { inbox: '新しい通知があります。', hub: 'ハブ' },
      hidden: () => hidden,
      browser,
      later: (call) => timers.push(call),
      now: () => at,
    });
  const pass = (ms = 600) => {
    at += ms;
    for (const call of timers.splice(0)) call();
  };
  return { shown, timers, page, pass };
}

test('nothing is shown unless it was asked for', () => {
  const { shown, timers, page, pass } = browserOf();
  page(true).tell({ quiet: false });
  assert.equal(timers.length, 0);
  pass();
  assert.deepEqual(shown, []);
});

test('a page that nobody sees says that there is something new, without a word of it and without a sound', () => {
  const { shown, page, pass } = browserOf();
  page(true).wish = 'silent';
  page(true).tell({ quiet: false });
  pass();
  assert.deepEqual(shown, [{ title: '新しい通知があります。', body: 'ハブ', tag: 'hub-inbox', silent: true }]);
  page(true).wish = 'sound';
  page(true).tell({ quiet: false });
  pass();
  assert.equal(shown[1].silent, false);
});

test('outside office hours, without permission and on a page that is seen nothing is shown', () => {
  const granted = browserOf();
  granted.page(true).wish = 'silent';
  granted.page(true).tell({ quiet: true });
  granted.page(false).tell({ quiet: false });
  granted.pass();
  const denied = browserOf('denied');
  denied.page(true).wish = 'silent';
  denied.page(true).tell({ quiet: false });
  denied.pass();
  assert.deepEqual([...granted.shown, ...denied.shown], []);
});

test('while another page of the hub is seen the hidden ones keep still, and later they do not', () => {
  const { shown, page, pass } = browserOf();
  page(true).wish = 'silent';
  page(true).tell({ quiet: false });
  page(false).tell({ quiet: false });
  pass();
  assert.equal(shown.length, 0);
  pass(10_000);
  page(true).tell({ quiet: false });
  pass();
  assert.equal(shown.length, 1);
});

test('what a browser can do', () => {
  assert.equal(ability({ isSecureContext: false, Notification: { permission: 'granted' } }), 'insecure');
  assert.equal(ability({ isSecureContext: true }), 'unknown');
  assert.equal(ability({ isSecureContext: true, Notification: { permission: 'default' } }), 'default');
});
