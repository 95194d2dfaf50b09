// HTTP with the page's CSRF token; every failure becomes {code, message, fields?, retry_after_s?}, as in a socket's ack.

import { renewToken, tokenOfPage } from '../lib/token.js';

const TIME_OUT_MS = 15_000;
const OUTLIVING_BYTES = 60_000; // browsers let no more than 64 KiB outlive their page
const CODES = { 401: 'signed_out', 404: 'not_found', 409: 'conflict', 410: 'resync', 413: 'too_large', 429: 'rate_limited' };
const INVALID = [400, 403, 405, 415, 422];

/** `renew(fault)` takes the fresh token out of a refusal; false when the browser is somebody else's by now. */
export function createHttp(fetcher = (...args) => fetch(...args), token = tokenOfPage, renew = renewToken) {
  async function ask(path, options = {}) {
    const signal = AbortSignal.timeout?.(TIME_OUT_MS);
    let response;
    try {
      response = await fetcher(path, { signal, ...options, headers: { Accept: 'application/json', ...options.headers } });
    } catch (fault) {
      throw { code: fault?.name === 'TimeoutError' ? 'timeout' : 'offline', message: '' };
    }
    const answer = await response.json().catch(() => null);
    if (response.ok && answer !== null) return answer;
    throw answer?.error?.code ? answer.error : foreignFault(response);
  }

  /** `send()` once more when only the token was out of date: whoever waits for the answer need not know of it. */
  async function renewing(send) {
    try {
      return await send();
    } catch (fault) {
      if (fault?.code !== 'stale_token') throw fault;
      if (!renew(fault)) throw { code: 'signed_out', message: '' };
      return send();
    }
  }

  return {
    get: (path) => ask(path),
    /** A page's own form, with the token that is in it. `outlive`: it arrives even when the page goes away meanwhile. */
    form: (path, data, { outlive = false } = {}) => {
      const body = new URLSearchParams(data);
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8' };
      let again = false;
      return renewing(() => {
        if (again) body.set('csrf_token', token());
        again = true;
        const text = body.toString();
        return ask(path, { method: 'POST', body: text, headers, keepalive: outlive && text.length < OUTLIVING_BYTES });
      });
    },
    post: (path, body) =>
      renewing(() =>
        ask(path, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'X-CSRFToken': token() },
          body: JSON.stringify(body),
        }),
      ),
  };
}

/** A refusal that is not ours: a gateway on the way answered with a page of its own. */
function foreignFault({ status, headers }) {
  const fault = { code: CODES[status] ?? (INVALID.includes(status) ? 'invalid' : 'unavailable'), message: '' };
  const wait = Number(headers?.get('Retry-After'));
  return wait > 0 ? { ...fault, retry_after_s: wait } : fault;
}

const TWINS = {
  'thread:open': (p) => `/rooms/${p.room_id}/threads`,
  'message:post': (p) => `/threads/${p.thread_id}/messages`,
  'note:post': (p) => `/threads/${p.thread_id}/notes`,
  'message:edit': (p) => `/messages/${p.message_id}`,
  'message:delete': (p) => `/messages/${p.message_id}/delete`,
  'reaction:set': (p) => `/messages/${p.message_id}/reactions`,
  'thread:acknowledge': (p) => `/threads/${p.thread_id}/acknowledge`,
  'search:similar': () => '/search/similar',
  'thread:read': (p) => `/threads/${p.thread_id}/read`,
};

/** Send an event by its HTTP twin. Resolves with the ack's data. */
export async function sendByTwin(http, event, payload) {
  const address = TWINS[event];
  if (!address) throw { code: 'offline', message: '' };
  return (await http.post(address(payload), payload)).data;
}
