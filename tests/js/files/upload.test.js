import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

import { isForLater } from '../../../static/js/files/basket.js';
import { faultOf, upload } from '../../../static/js/files/upload.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** An upload over a request that does what the test says, and how it stands. */
function going() {
  const request = { upload: {}, open() {}, setRequestHeader() {}, send() {}, aborted: false };
  request.abort = () => {
    request.aborted = true;
    request.onabort();
    request.onloadend();
  };
  request.answer = (status, answer) => {
    Object.assign(request, { status, responseText: JSON.stringify(answer) });
    request.onload();
    request.onloadend();
  };
  const seen = { request, told: [], end: null };
  const options = { name: 'a.pdf', progress: (perCent) => seen.told.push(perCent), token: () => 't', open: () => request };
  upload(new Blob(['abc']), options).done.then(
    (data) => (seen.end = data),
    (fault) => (seen.end = fault.code),
  );
  return seen;
}

/** Timers that run only when told. */
function clock(t) {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  return async (seconds) => {
    mock.timers.tick(seconds * 1_000);
    await settle();
  };
}

test('a token that is out of date is renewed, and the file is sent again, once', async () => {
  const error = { code: 'stale_token', message: '', csrf_token: 'new' };
  const requests = [];
  const made = () => {
    const request = { upload: {}, headers: {}, open() {}, send() {}, abort() {} };
    request.setRequestHeader = (name, value) => (request.headers[name] = value);
    requests.push(request);
    return request;
  };
  let token = 'old';
  const renew = ({ csrf_token: fresh }) => Boolean((token = fresh));
  const going = upload(new Blob(['abc']), { name: 'a.pdf', progress() {}, token: () => token, open: made, renew });
  const answer = (request, status, body) => {
    Object.assign(request, { status, responseText: JSON.stringify(body) });
    request.onload();
    request.onloadend();
  };
  answer(requests[0], 400, { ok: false, error });
  assert.deepEqual(requests.map((r) => r.headers['X-CSRFToken']), ['old', 'new']);
  answer(requests[1], 400, { ok: false, error });
  await assert.rejects(going.done, { code: 'signed_out' });
  assert.equal(requests.length, 2);
});

// Seen to fail without a limit: it never ended, nor did the form that waited for it.
test('an upload that makes no progress ends after half a minute, and may be tried again', async (t) => {
  const pass = clock(t);
  const seen = going();
  await pass(29);
  assert.deepEqual([seen.end, seen.request.aborted], [null, false]);
  await pass(2);
  assert.deepEqual([seen.end, seen.request.aborted, isForLater({ code: seen.end })], ['timeout', true, true]);
});

test('every step of progress gives it as long again', async (t) => {
  const pass = clock(t);
  const seen = going();
  for (const loaded of [1, 2, 3]) {
    await pass(25);
    seen.request.upload.onprogress({ loaded, total: 4 });
  }
  assert.deepEqual([seen.told, seen.end], [[25, 50, 75], null]);
  await pass(31);
  assert.equal(seen.end, 'timeout');
});

test('once all has gone out the answer may take two minutes', async (t) => {
  const pass = clock(t);
  const seen = going();
  seen.request.upload.onprogress({ loaded: 4, total: 4 });
  seen.request.upload.onload();
  await pass(119);
  assert.equal(seen.end, null);
  await pass(2);
  assert.deepEqual([seen.end, seen.request.aborted], ['timeout', true]);
});

test('an answer in time is the end of it', async (t) => {
  const pass = clock(t);
  const seen = going();
  seen.request.upload.onload();
  await pass(100);
  seen.request.answer(201, { data: { attachment_id: '1' } });
  await pass(300);
  assert.deepEqual([seen.end, seen.request.aborted], [{ attachment_id: '1' }, false]);
});

test('what a person stops is no failure', async (t) => {
  const pass = clock(t);
  const seen = going();
  seen.request.abort();
  await pass(300);
  assert.equal(seen.end, 'aborted');
});

test('a refusal is told in the server’s words, a page of a gateway only as what it means', () => {
  assert.deepEqual(faultOf(422, { error: { code: 'invalid', message: 'm', fields: { file: 'f' } } }), { code: 'invalid', message: 'f' });
  assert.deepEqual(faultOf(413, null), { code: 'too_large', message: '' });
  assert.deepEqual(faultOf(502, null), { code: 'unavailable', message: '' });
});
