import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createHttp, sendByTwin } from '../../../static/js/feed/http.js';

const json = (status, body, headers = {}) => async () => new Response(JSON.stringify(body), { status, headers });
const page = (status, headers = {}) => async () => new Response('<h1>gateway</h1>', { status, headers });
const asking = (fetcher) => createHttp(fetcher, () => 'the token').get('/feed');

test('a read asks for JSON and gives it', async () => {
  let asked;
  const http = createHttp(async (path, options) => {
    asked = { path, ...options };
    return json(200, { heads: {} })();
  });
  assert.deepEqual(await http.get('/feed?streams=user:3'), { heads: {} });
  assert.equal(asked.path, '/feed?streams=user:3');
  assert.equal(asked.headers.Accept, 'application/json');
});

test('a write carries the page’s token as it is at that moment', async () => {
  const asked = [];
  let token = 'first';
  const http = createHttp(
    async (path, options) => {
      asked.push(options);
      return json(201, { ok: true, data: {} })();
    },
    () => token,
  );
  await http.post('/threads/1/messages', { body: '本文' });
  token = 'second';
  await http.post('/threads/1/messages', { body: '本文' });
  assert.deepEqual(asked.map((o) => o.headers['X-CSRFToken']), ['first', 'second']);
  assert.equal(asked[0].method, 'POST');
  assert.equal(asked[0].headers['Content-Type'], 'application/json');
  assert.deepEqual(JSON.parse(asked[0].body), { body: '本文' });
});

test('an error of the hub comes through whole', async () => {
  const error = { code: 'rate_limited', message: 'words', retry_after_s: 1.5 };
  await assert.rejects(asking(json(429, { ok: false, error })), error);
});

test('an error page of somebody else becomes a code', async () => {
  const codes = { 400: 'invalid', 401: 'signed_out', 403: 'invalid', 404: 'not_found', 409: 'conflict', 410: 'resync' };
  Object.assign(codes, { 413: 'too_large', 422: 'invalid', 500: 'unavailable', 502: 'unavailable', 503: 'unavailable' });
  for (const [status, code] of Object.entries(codes)) {
    await assert.rejects(asking(page(Number(status))), { code, message: '' }, status);
  }
  await assert.rejects(asking(page(429, { 'Retry-After': '7' })), { code: 'rate_limited', message: '', retry_after_s: 7 });
});

test('a page where JSON was asked for is no answer, whatever its status', async () => {
  await assert.rejects(asking(page(200)), { code: 'unavailable', message: '' });
});

test('no network and no answer in time each have their code', async () => {
  const failing = (name) => async () => {
    throw Object.assign(new Error(name), { name });
  };
  await assert.rejects(asking(failing('TypeError')), { code: 'offline', message: '' });
  await assert.rejects(asking(failing('TimeoutError')), { code: 'timeout', message: '' });
});

test('a command goes to its twin and resolves with the ack’s data', async () => {
  const asked = [];
  const http = { post: async (path, body) => (asked.push([path, body]), { ok: true, data: { seq: asked.length } }) };
  assert.deepEqual(await sendByTwin(http, 'message:post', { thread_id: '7', body: 'a' }), { seq: 1 });
  await sendByTwin(http, 'reaction:set', { message_id: '9', emoji: '🙏', on: true });
  await sendByTwin(http, 'search:similar', { text: '電子申請' });
  assert.deepEqual(asked.map(([path]) => path), ['/threads/7/messages', '/messages/9/reactions', '/search/similar']);
  assert.deepEqual(asked[0][1], { thread_id: '7', body: 'a' });
});

test('what has no twin needs the socket', async () => {
  await assert.rejects(sendByTwin({}, 'typing:start', { thread_id: '7' }), { code: 'offline', message: '' });
});

/** A server that takes only the token `right`, and what it was asked. */
function picky(right, refusal = {}) {
  const seen = { tokens: [], held: 'old' };
  const fetcher = async (_path, options) => {
    const given = options.headers['X-CSRFToken'] ?? new URLSearchParams(options.body).get('csrf_token');
    seen.tokens.push(given);
    const error = { code: 'stale_token', message: 'words', staff_id: '3', csrf_token: 'new', ...refusal };
    return given === right ? json(200, { ok: true, data: {} })() : json(400, { ok: false, error })();
  };
  const renew = ({ staff_id: person, csrf_token: token }) => {
    if (person === '3') seen.held = token;
    return person === '3';
  };
  return Object.assign(seen, { http: createHttp(fetcher, () => seen.held, renew) });
}

test('a token that is out of date is renewed, and what was refused is sent again', async () => {
  const seen = picky('new');
  await seen.http.post('/threads/1/messages', { body: '本文' });
  await seen.http.post('/threads/1/messages', { body: '本文' });
  assert.deepEqual(seen.tokens, ['old', 'new', 'new']);
});

test('a page’s own form is sent again with the fresh token as well', async () => {
  const seen = picky('new');
  await seen.http.form('/drafts', { csrf_token: 'old', body: '下書き' });
  assert.deepEqual(seen.tokens, ['old', 'new']);
});

test('once is enough: a server that refuses every token is not asked for ever', async () => {
  const seen = picky('none');
  await assert.rejects(seen.http.post('/threads/1/messages', {}), { code: 'stale_token' });
  assert.deepEqual(seen.tokens, ['old', 'new']);
});

test('nothing is sent with the token of somebody else', async () => {
  const seen = picky('new', { staff_id: '4' });
  await assert.rejects(seen.http.post('/threads/1/messages', {}), { code: 'signed_out', message: '' });
  assert.deepEqual(seen.tokens, ['old']);
});
