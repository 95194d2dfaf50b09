// What somebody is about to attach in one place: sent at once, each with its progress, kept through a reload. Pure: the
// drawing is tray.js's.

export const filesKey = (staffId, place) => `hub:files:${staffId}:${place}`;
const LATER = new Set(['offline', 'unavailable', 'signed_out', 'rate_limited']);

/** Whether sending again may help. */
export const isForLater = ({ code }) => LATER.has(code);

/** Item: {id, name, size, state: 'sending' | 'ready' | 'failed', per_cent, data?, fault?}. */
export class Basket {
  /** `deps`: staffId, place, store, keeper, send(file, {name, progress}) -> {done, abort}, newId(), limits {file_bytes,
   *  files_per_post}, changed(items), discard(attachmentId), words {failed, too_many, too_large}; handOver(data) when
   *  a file that arrived is the page's own affair from then on. */
  constructor(deps) {
    Object.assign(this, { deps, items: [], waiting: [] });
    this.key = filesKey(deps.staffId, deps.place);
    this.prefix = `${deps.staffId}:${deps.place}:`;
  }

  /** Take up what an earlier life of this page left, and what the server's page brought along. */
  async restore(known = []) {
    const stored = parsed(this.deps.store.get(this.key)) ?? [];
    for (const data of [...known, ...stored]) this.giveBack(data);
    for (const key of await this.deps.keeper.keys(this.prefix)) {
      const kept = await this.deps.keeper.get(key);
      if (kept && !this.items.some((item) => item.id === key.slice(this.prefix.length))) {
        this.start(key.slice(this.prefix.length), kept.file, kept.name);
      }
    }
  }

  /** A file that the server has already. */
  giveBack(data) {
    if (this.items.some((item) => item.data?.attachment_id === data.attachment_id)) return;
    this.items.push({ id: data.attachment_id, name: data.name, size: data.size_bytes, state: 'ready', per_cent: 100, data });
    this.save();
  }

  /** Start sending files; returns those that are one too many. */
  add(files) {
    const free = Math.max(0, this.deps.limits.files_per_post - this.items.length);
    for (const file of files.slice(0, free)) {
      const id = this.deps.newId();
      this.deps.keeper.put(this.prefix + id, file, file.name);
      this.start(id, file, file.name);
    }
    return files.slice(free);
  }

  start(id, file, name) {
    const item = { id, name, size: file.size, file, state: 'sending', per_cent: 0 };
    this.items.push(item);
    this.send(item);
  }

  async send(item) {
    Object.assign(item, { state: 'sending', per_cent: 0, fault: null });
    if (item.file.size > this.deps.limits.file_bytes) {
      this.fail(item, { code: 'too_large', message: this.deps.words.too_large });
      return;
    }
    const progress = (perCent) => {
      item.per_cent = perCent;
      this.tell();
    };
    item.going = this.deps.send(item.file, { name: item.name, progress });
    this.tell();
    try {
      this.arrived(item, await item.going.done);
    } catch (fault) {
      if (fault?.code !== 'aborted') this.fail(item, fault);
    }
  }

  arrived(item, data) {
    this.deps.keeper.remove(this.prefix + item.id);
    if (!this.items.includes(item)) {
      this.deps.discard(data.attachment_id); // taken out in the last moment
      return;
    }
    Object.assign(item, { state: 'ready', per_cent: 100, data, name: data.name, file: null });
    if (this.deps.handOver) {
      this.items = this.items.filter((other) => other !== item);
      this.deps.handOver(data);
    }
    this.save();
  }

  fail(item, fault) {
    Object.assign(item, { state: 'failed', fault: { code: fault?.code ?? 'unavailable', message: fault?.message || this.deps.words.failed } });
    this.save();
  }

  retry(id) {
    const item = this.items.find((other) => other.id === id && other.state === 'failed');
    if (item) this.send(item);
  }

  /** The network or the sign-in is back: whatever failed for want of it goes again. */
  retryLater() {
    for (const item of this.items) if (item.state === 'failed' && isForLater(item.fault)) this.send(item);
  }

  remove(id) {
    const item = this.items.find((other) => other.id === id);
    if (!item) return;
    this.items = this.items.filter((other) => other !== item);
    if (item.state === 'sending') item.going?.abort();
    if (item.data) this.deps.discard(item.data.attachment_id);
    this.deps.keeper.remove(this.prefix + id);
    this.save();
  }

  /** They were posted: they hang on a message now. */
  clear() {
    for (const item of this.items) this.deps.keeper.remove(this.prefix + item.id);
    this.items = [];
    this.save();
  }

  ids() {
    return this.items.filter((item) => item.state === 'ready').map((item) => item.data.attachment_id);
  }

  get empty() {
    return this.items.length === 0;
  }

  get sending() {
    return this.items.some((item) => item.state === 'sending');
  }

  get failed() {
    return this.items.some((item) => item.state === 'failed');
  }

  /** Once nothing is on its way any more. */
  settled() {
    return this.sending ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve();
  }

  save() {
    const ready = this.items.filter((item) => item.data).map((item) => item.data);
    if (ready.length > 0) this.deps.store.set(this.key, JSON.stringify(ready));
    else this.deps.store.remove(this.key);
    this.tell();
  }

  tell() {
    this.deps.changed(this.items);
    if (!this.sending) for (const go of this.waiting.splice(0)) go();
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
