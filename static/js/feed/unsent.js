// What was written and has not been sent, on every page: the thread where it belongs may be far away, gone, or no longer
// ours to read. The thread's own page puts refused texts back where they were written; they are listed everywhere else.

import { clone, one, slot, text } from '../lib/dom.js';
import { sendByTwin } from './http.js';
import { Pending, isBack, pendingKey } from './pending.js';

const PATIENCE_MS = 5_000; // what is on its way usually arrives before anybody looks
const EXCERPT_CHARS = 60;
const PAGES = {
  'message:post': ({ thread_id }) => `/threads/${thread_id}`,
  'note:post': ({ thread_id }) => `/threads/${thread_id}`,
  'thread:open': ({ room_id }) => `/rooms/${room_id}/ask`,
};

/** What there is to say of an item on this page, or null: `here` is the thread that the page shows. */
export function standing(item, here, now) {
  if (item.state === 'expired') return { back: true, retry: true };
  if (item.state === 'failed') return { back: true, retry: false };
  const waits = item.state === 'sending' && item.payload.thread_id !== here && now - item.at > PATIENCE_MS;
  return waits ? { back: false, retry: false } : null;
}

class Unsent {
  /** `source` = {list(), retry(id), remove(id)}. */
  constructor(main, source, here) {
    Object.assign(this, { main, source, here, region: null, rows: new Map() });
  }

  draw() {
    const shown = new Map();
    for (const item of this.source.list()) {
      const found = standing(item, this.here, Date.now());
      if (found) shown.set(item.client_id, [item, found]);
    }
    if (shown.size > 0) this.open();
    for (const [id, [item, found]] of shown) this.put(id, item, found);
    for (const [id, row] of this.rows) {
      if (shown.has(id)) continue;
      row.remove();
      this.rows.delete(id);
    }
    if (this.region) this.region.hidden = shown.size === 0;
  }

  open() {
    if (this.region) return;
    this.region = clone('unsent');
    this.main.before(this.region);
  }

  put(id, item, { back, retry }) {
    const row = this.rows.get(id) ?? this.row(id, item);
    slot(row, 'waiting').hidden = back;
    slot(row, 'failed').hidden = !back;
    text(row, 'reason', back ? [...Object.values(item.error?.fields ?? {}), item.error?.message].find(Boolean) ?? '' : '');
    one('[data-unsent-retry]', row).hidden = !retry;
    one('[data-unsent-drop]', row).hidden = !back;
  }

  row(id, { event, payload }) {
    const row = clone('unsent-item');
    const plain = payload.body.replace(/\s+/g, ' ').trim();
    text(row, 'excerpt', plain.length > EXCERPT_CHARS ? `${plain.slice(0, EXCERPT_CHARS - 1)}…` : plain);
    slot(row, 'text').value = payload.body;
    slot(row, 'open').href = PAGES[event]?.(payload) ?? '/';
    one('[data-unsent-retry]', row).addEventListener('click', () => this.source.retry(id));
    const drop = one('[data-unsent-drop]', row);
    drop.addEventListener('click', () => window.confirm(drop.dataset.question) && this.source.remove(id));
    slot(this.region, 'items').append(row);
    this.rows.set(id, row);
    return row;
  }
}

/** Without a feed the page sends by itself what waits, as any other would. */
function ownPending(staffId, { store, http }) {
  const pending = new Pending({
    store,
    key: pendingKey(staffId),
    send: (event, payload) => sendByTwin(http, event, payload),
    arrived: () => true,
    later: (fn, ms) => setTimeout(fn, ms),
    never: (timer) => clearTimeout(timer),
    now: () => Date.now(),
    changed: () => {},
  });
  addEventListener('storage', (change) => change.newValue === null && pending.removedElsewhere(change.key));
  return pending;
}

/** `feed` is null on pages without one; `here` the thread that the page shows. */
export function mountUnsent(staffId, { store, http, feed = null, here = null }) {
  const main = one('main');
  if (!main || !document.getElementById('unsent')) return;
  const pending = feed?.pending ?? ownPending(staffId, { store, http });
  const region = new Unsent(main, pending, here);
  if (feed) feed.onPending(() => region.draw());
  else {
    pending.deps.changed = () => region.draw();
    if (pending.list().some((item) => !isBack(item))) pending.resend();
    region.draw();
  }
  setInterval(() => pending.list().length > 0 && region.draw(), PATIENCE_MS);
}
