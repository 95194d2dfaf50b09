// Signing out: texts that the server does not have become its drafts; then nothing of this person stays in the browser.
// What nobody could take over is lost with it, and only the person may decide that.

import { readCopy } from '../lib/draft_copy.js';
import { pendingKey } from './pending.js';

const PATIENCE_MS = 3_000;
const NO_FILES = { keys: async () => [], remove: async () => {} };
const PLACES = {
  'message:post': (p) => `thread:${p.thread_id}`,
  'note:post': (p) => `note:${p.thread_id}`,
  'thread:open': (p) => `room:${p.room_id}`,
};

/** Texts of one person in this browser: [{place, body, keys}], what could not be sent ahead of what was being written. The
 *  body is empty where the server has all of it: handed over again it could replace what another computer wrote since. */
export function textsOf(store, staffId) {
  const texts = new Map();
  const add = (key, place, body, saved = false) => {
    const text = texts.get(place) ?? { place, bodies: [], keys: [], saved: true };
    if (body) text.bodies.push(body);
    if (body && !saved) text.saved = false;
    text.keys.push(key);
    texts.set(place, text);
  };
  const items = entries(store, `${pendingKey(staffId)}:`).map(([key, , value]) => [key, parsed(value)]);
  items.sort(([, a], [, b]) => (a?.at ?? 0) - (b?.at ?? 0));
  for (const [key, item] of items) add(key, PLACES[item?.event]?.(item.payload), item?.state === 'stored' ? '' : item?.payload?.body);
  for (const [key, place, value] of entries(store, `hub:draft:${staffId}:`)) {
    const { body, saved } = readCopy(value) ?? { body: '', saved: true };
    add(key, place, body, saved);
  }
  return [...texts.values()].map(({ place, bodies, keys, saved }) => ({ place, body: saved ? '' : bodies.join('\n\n'), keys }));
}

function entries(store, prefix) {
  const keys = store.keys().filter((key) => key.startsWith(prefix));
  return keys.map((key) => [key, key.slice(prefix.length), store.get(key)]);
}

/** Hand all texts over. One that the server could not take because it was away stays; there is no other copy of it. */
export async function handOver(store, http, staffId) {
  const hand = async ({ place, body, keys }) => {
    const kept = !place || !body || (await http.post('/drafts', { place, body }).then(() => true, ({ code }) => code === 'not_found'));
    if (kept) keys.forEach((key) => store.remove(key));
  };
  await Promise.all(textsOf(store, staffId).map(hand));
}

/** What signing out would lose: {texts, files}, in numbers. `kept` are the keys of files that are on their way. */
export async function losses(store, staffId, keeper) {
  const texts = textsOf(store, staffId).filter(({ place, body }) => place && body).length;
  const attached = entries(store, `hub:files:${staffId}:`).length;
  const posted = entries(store, `${pendingKey(staffId)}:`).filter(([, , value]) => parsed(value)?.payload?.attachment_ids?.length);
  return { texts, files: attached + posted.length + (await keeper.keys(`${staffId}:`)).length };
}

/** Let the form of signing out go only after that, or after a moment of patience, and not before the person agreed to
 *  whatever is lost. `ask(losses)` -> promise of true to go on. */
export function watchSignOut(form, staffId, { store, http, keeper = NO_FILES, ask = async () => true }) {
  form?.addEventListener('submit', async (event) => {
    event.preventDefault();
    const lost = await losses(store, staffId, keeper);
    let timer;
    const patience = new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)));
    await Promise.race([handOver(store, http, staffId), patience]);
    clearTimeout(timer);
    lost.texts = textsOf(store, staffId).filter(({ place, body }) => place && body).length;
    if (lost.texts + lost.files > 0 && !(await ask(lost))) return;
    await erase(store, staffId, keeper);
    tellOtherTabs(store, staffId);
    form.submit();
  });
}

export const leftKey = (staffId) => `hub:left:${staffId}`;

/** Pages of this person in other tabs hide what they show (accounts/session.js). Only that it changes is heard there. */
function tellOtherTabs(store, staffId) {
  store.set(leftKey(staffId), 'now');
  store.remove(leftKey(staffId));
}

/** Nothing of a person stays: the next one at a shared terminal finds an empty browser. */
async function erase(store, staffId, keeper) {
  for (const prefix of [`${pendingKey(staffId)}:`, `hub:draft:${staffId}:`, `hub:files:${staffId}:`]) {
    for (const [key] of entries(store, prefix)) store.remove(key);
  }
  for (const key of await keeper.keys(`${staffId}:`)) await keeper.remove(key);
}

/** The question as a dialogue of the page. */
export function askInPage(lost, page = document) {
  const dialog = page.getElementById('leaving-question').content.firstElementChild.cloneNode(true);
  for (const kind of ['texts', 'files']) dialog.querySelector(`[data-slot="leaving-${kind}"]`).hidden = lost[kind] === 0;
  page.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.querySelector('[data-leaving-go]').addEventListener('click', () => dialog.close('go'));
    dialog.querySelector('[data-leaving-stay]').addEventListener('click', () => dialog.close());
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'go');
    });
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
