import assert from 'node:assert/strict';
import { test } from 'node:test';

import { announcer, troubleTold } from '../../../static/js/lib/announcing.js';

/** A region and a clock that is moved by hand. */
function region() {
  const timers = [];
  const live = { textContent: '', replaceChildren: () => { live.textContent = ''; } };
  const announce = announcer(live, (act) => timers.push(act));
  return { live, announce, pass: () => timers.splice(0).forEach((act) => act()) };
}

test('what comes together is one announcement, and the same sentence is said once', () => {
  const { live, announce, pass } = region();
  announce('新着 2件');
  announce('新しい投稿：前橋市 茂木彩');
  announce('新着 2件');
  assert.equal(live.textContent, '');
  pass();
  assert.equal(live.textContent, '新着 2件 新しい投稿：前橋市 茂木彩');
});

test('it goes after a while, unless something else was said meanwhile', () => {
  const { live, announce, pass } = region();
  announce('保存しました。');
  pass(); // said
  announce('送信しました。');
  pass(); // the first is to go, the second is said
  assert.equal(live.textContent, '送信しました。');
  pass();
  assert.equal(live.textContent, '');
});

test('of a connection only trouble and its end are told', () => {
  const said = [];
  const tell = troubleTold((sentence) => said.push(sentence), { live: '接続済み', offline: '切れました', signed_out: 'ログアウト', connecting: '接続中' });
  for (const status of ['connecting', 'live', 'connecting', 'live']) tell(status);
  assert.deepEqual(said, []);
  for (const status of ['offline', 'connecting', 'live', 'connecting', 'live', 'signed_out']) tell(status);
  assert.deepEqual(said, ['切れました', '接続済み', 'ログアウト']);
});
