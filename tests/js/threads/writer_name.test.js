import assert from 'node:assert/strict';
import { test } from 'node:test';

import { nameWriter } from '../../../static/js/threads/composer.js';

const formWith = (value, defaultValue) => ({
  elements: { csrf_token: { value: 't' }, writer_name: { value, defaultValue, removeAttribute() {} } },
});

function httpThat(answer) {
  const sent = [];
  return { sent, form: async (path, data) => (sent.push([path, data.writer_name]), answer()) };
}

const fine = () => ({});
const fail = (fault) => () => { throw fault; };

test('a personal account tells no name, nor does a shared one that has none: the server refuses the message', async () => {
  const http = httpThat(fine);
  await nameWriter({ elements: {} }, http);
  await nameWriter(formWith(' ', ''), http);
  assert.deepEqual(http.sent, []);
});

test('the name goes ahead of every message, for another tab may have changed it', async () => {
  const http = httpThat(fine);
  const form = formWith('佐藤', '山田');
  await nameWriter(form, http);
  await nameWriter(form, http);
  assert.deepEqual(http.sent, [['/writer-name', '佐藤'], ['/writer-name', '佐藤']]);
});

test('without a connection a message waits under the old name, but not under a new one', async () => {
  const http = httpThat(fail({ code: 'offline' }));
  await nameWriter(formWith('山田', '山田'), http);
  await assert.rejects(nameWriter(formWith('佐藤', '山田'), http));
});

test('a name that cannot be taken keeps the message', async () => {
  const http = httpThat(fail({ fields: { writer_name: '60文字まで' } }));
  await assert.rejects(nameWriter(formWith('長', '長'), http));
});
