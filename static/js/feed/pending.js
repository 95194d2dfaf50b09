// What was sent and not yet seen in the feed. Kept in this browser under the staff id, so that neither a reload nor a
// crash loses it; sent again with the same client_id, so that it is stored once. After ten minutes it becomes a draft.

const KEEP_MS = 10 * 60_000;
const RETRY_FIRST_MS = 250; // when a worker is put in place anew its neighbour answers at once
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 30_000;
const WAITABLE = new Set(['unavailable', 'rate_limited', 'timeout', 'offline', 'signed_out', 'stale_token']);

export const pendingKey = (staffId) => `hub:pending:${staffId}`;

/** Not on its way any more: refused, which a repetition would not change, or tried for too long. */
export const isBack = ({ state }) => state === 'failed' || state === 'expired';

/** Item: {client_id, event, payload, at, state: 'sending' | 'stored' | 'failed' | 'expired', ack?, error?}. A stored one only
 *  waits for its event, so that what was written stays in view; it does not outlive its page. */
export class Pending {
  /** `deps`: store, key, send(event, payload) -> promise of the ack's data, arrived(ack) -> has its event been applied?,
   *  later(fn, ms), never(timer), now(), changed(items). */
  constructor(deps) {
    Object.assign(this, { deps, items: new Map(), runs: 0, tries: 0, timer: null, busy: false });
    for (const item of this.load()) {
      if (item.state === 'stored') deps.store.remove(this.entry(item.client_id));
      else this.items.set(item.client_id, item);
    }
  }

  /** One entry of the store for each item: two tabs never overwrite each other's. */
  entry(clientId) {
    return `${this.deps.key}:${clientId}`;
  }

  load() {
    const entries = this.deps.store.keys().filter((key) => key.startsWith(`${this.deps.key}:`));
    const items = entries.map((key) => parsed(this.deps.store.get(key))).filter((item) => item?.client_id);
    return items.sort((a, b) => a.at - b.at);
  }

  list() {
    return [...this.items.values()];
  }

  save(item) {
    this.deps.store.set(this.entry(item.client_id), JSON.stringify(item));
    this.deps.changed(this.list());
  }

  /** Keep an item first, then send it. Once this returns the text is in safe hands. */
  add(event, payload) {
    const item = { client_id: payload.client_id, event, payload, at: this.deps.now(), state: 'sending' };
    this.items.set(item.client_id, item);
    this.save(item);
    if (!this.busy) this.run();
  }

  /** Keep what cannot be sent, as if it had been refused: nothing that was written is lost. */
  keepBack(event, payload, error) {
    const item = { client_id: payload.client_id, event, payload, at: this.deps.now() };
    this.items.set(item.client_id, item);
    this.change(item, 'failed', error);
  }

  /** After a reconnect or a reload: everything on its way goes again, at once. */
  resend() {
    this.tries = 0;
    this.run();
  }

  /** One item after the other, so that nothing overtakes what was written before it. A later run takes over from an
   *  earlier one, whose request may never be answered. */
  async run() {
    const run = (this.runs += 1);
    this.deps.never(this.timer);
    this.busy = true;
    for (let item = this.next(); item; item = this.next()) {
      const hindrance = await this.send(item);
      if (run !== this.runs) return;
      if (hindrance) {
        this.timer = this.deps.later(() => this.run(), this.wait(hindrance));
        return;
      }
    }
    this.busy = false;
  }

  /** The oldest item on its way. Those that tried for too long leave the row. */
  next() {
    const waiting = this.list().filter((item) => item.state === 'sending');
    const late = waiting.filter((item) => this.deps.now() - item.at > KEEP_MS);
    for (const item of late) this.change(item, 'expired');
    return waiting.find((item) => item.state === 'sending');
  }

  wait({ retry_after_s: asked }) {
    this.tries += 1;
    if (asked) return asked * 1_000;
    return this.tries === 1 ? RETRY_FIRST_MS : Math.min(RETRY_MIN_MS * 2 ** (this.tries - 2), RETRY_MAX_MS);
  }

  /** The fault after which it is worth trying again; null when this item is through, well or not. */
  async send(item) {
    try {
      const ack = await this.deps.send(item.event, item.payload);
      this.tries = 0;
      if (this.deps.arrived(ack)) this.remove(item.client_id);
      else if (this.items.has(item.client_id)) this.change(Object.assign(item, { ack }), 'stored');
      return null;
    } catch (fault) {
      return this.refused(item, fault);
    }
  }

  refused(item, fault) {
    if (!this.items.has(item.client_id)) return null; // its event came, or somebody took it back
    if (WAITABLE.has(fault?.code)) return fault;
    if (item.state === 'sending') this.change(item, 'failed', fault);
    return null;
  }

  change(item, state, error = null) {
    const { code, message, fields } = error ?? {};
    Object.assign(item, { state, error: error && { code, message, ...(fields && { fields }) } });
    this.save(item);
  }

  /** An event was applied. Whoever waited for it is through, also when it is void by now: deleted elsewhere, or moved. */
  seen({ stream, seq, data }) {
    if (data.client_id) this.remove(data.client_id);
    for (const { client_id, state, ack } of this.list()) {
      if (state === 'stored' && ack.stream === stream && ack.seq <= seq) this.remove(client_id);
    }
  }

  remove(clientId) {
    if (!this.items.delete(clientId)) return;
    this.deps.store.remove(this.entry(clientId));
    this.deps.changed(this.list());
  }

  /** An entry of the store was taken away by another tab: seen, given back as a draft, or signed out there. */
  removedElsewhere(entry) {
    if (entry?.startsWith(`${this.deps.key}:`)) this.remove(entry.slice(this.deps.key.length + 1));
  }

  retry(clientId) {
    const item = this.items.get(clientId);
    if (!item) return;
    Object.assign(item, { state: 'sending', at: this.deps.now(), error: null });
    this.save(item);
    this.resend();
  }

  clear() {
    for (const item of this.list()) this.remove(item.client_id);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
