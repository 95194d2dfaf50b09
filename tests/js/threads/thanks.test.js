import assert from 'node:assert/strict';
import test from 'node:test';

import { isThanks } from '../../../static/js/threads/thanks.js';

test('short thanks are thanks', () => {
  for (const text of ['ありがとうございます。', '助かりました。試してみます。', '承知しました', 'Thank you!']) assert.ok(isThanks(text), text);
});

test('what asks for something, or is long, is not', () => {
  const long = `ありがとうございます。${'あ'.repeat(60)}`;
  for (const text of ['', '試しました。', 'ありがとうございます。費用はいくらですか。', '助かりました。続きも教えてください。', 'Thanks, but how?', long]) assert.ok(!isThanks(text), text);
});

for (const text of ['ありがとうございます。まだ一つ動きません。', '助かりましたが、エラーが出ます。', '了解しました。うまくいかないので困っています。']) {
  test(`thanks of who is still in trouble: ${text}`, () => assert.equal(isThanks(text), false));
}

for (const text of ['すみません、助かりました。', '了解しました。問題ありません。']) {
  test(`no trouble: ${text}`, () => assert.equal(isThanks(text), true));
}
