// One file on its way to the server, with its progress. XMLHttpRequest, because fetch tells nothing of what was sent.

import { renewToken, tokenOfPage } from '../lib/token.js';

const CODES = { 401: 'signed_out', 404: 'not_found', 413: 'too_large', 429: 'rate_limited' };
const UNSURE = [0, 502, 503, 504];
// A connection that died without a word is never heard of again: who waits for it waits for ever.
const STALLED_MS = 30_000;
const UNANSWERED_MS = 120_000; // all has gone out, and a scan may take its time

/**
 * @param {Blob} file
 * @param {{name: string, progress: (per_cent: number) => void, token?: () => string, open?: () => XMLHttpRequest,
 *          renew?: (fault: object) => boolean}} options
 * @returns {{done: Promise<object>, abort: () => void}} `done` brings the attachment's data, or rejects with {code, message}
 */
export function upload(file, { name, progress, token = tokenOfPage, open = () => new XMLHttpRequest(), renew = renewToken }) {
  let request;
  const done = new Promise((resolve, reject) => {
    const begin = (renewed) => {
      request = open();
      watch(request, progress, () => {
        reject({ code: 'timeout', message: '' });
        request.abort();
      });
      request.onload = () => {
        const answer = parsed(request.responseText);
        if (request.status === 201 && answer?.data) resolve(answer.data);
        else if (!renewed && renew(answer?.error ?? {})) begin(true); // the token was out of date, and is not any more
        else reject(faultOf(request.status, answer));
      };
      request.onerror = () => reject({ code: 'offline', message: '' });
      request.onabort = () => reject({ code: 'aborted', message: '' });
      send(request, file, name, token());
    };
    begin(false);
  });
  return { done, abort: () => request.abort() };
}

function send(request, file, name, token) {
  const form = new FormData();
  form.append('file', file, name);
  request.open('POST', '/attachments');
  request.setRequestHeader('Accept', 'application/json');
  request.setRequestHeader('X-CSRFToken', token);
  request.send(form);
}

/** Tell of its progress, and that it makes none any more. */
function watch(request, progress, stalled) {
  let timer;
  const allow = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(stalled, ms);
  };
  request.upload.onprogress = ({ loaded, total }) => {
    allow(STALLED_MS);
    if (total) progress(Math.floor((100 * loaded) / total));
  };
  request.upload.onload = () => allow(UNANSWERED_MS);
  request.onloadend = () => clearTimeout(timer);
  allow(STALLED_MS);
}

/** What to tell: our own words when the answer is ours; a gateway on the way may answer with a page of its own. */
export function faultOf(status, answer) {
  const error = answer?.error;
  if (error?.code === 'stale_token') return { code: 'signed_out', message: error.message }; // somebody else's browser by now
  if (error?.code) return { code: error.code, message: Object.values(error.fields ?? {}).join(' ') || error.message };
  return { code: CODES[status] ?? (UNSURE.includes(status) ? 'unavailable' : 'invalid'), message: '' };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
