// What somebody is about to attach in one place: sent at once, each with its progress, kept through a reload, the same in
// every tab. Pure: the drawing is tray.js's.

import { Entries } from './entries.js';
import { Items } from './items.js';

const LATER = new Set(['offline', 'timeout', 'unavailable', 'signed_out', 'rate_limited']);

/** Whether sending again may help. */
export const isForLater = ({ code }) => LATER.has(code);

export class Basket extends Items {
  /** `deps`: staffId, place, store, keeper, send(file, {name, progress}) -> {done, abort}, newId(), limits {file_bytes,
   *  files_per_post}, changed(items), discard(attachmentId), words {failed, too_many, too_large}, inTurn as in lib/turns.js;
   *  handOver(data) when a file that arrived is the page's own affair from then on. */
  constructor(deps) {
    super(deps.changed);
    this.deps = deps;
    this.entries = new Entries(deps.store, deps.staffId, deps.place);
    this.prefix = `${deps.staffId}:${deps.place}:`;
  }

  /** Take up what an earlier life of this page left or another tab has, and what the server's page brought along. */
  async restore(known = []) {
    for (const [id, data] of this.entries.all()) this.adopt(id, data);
    for (const data of known) this.giveBack(data);
    for (const key of await this.deps.keeper.keys(this.prefix)) {
      const kept = await this.deps.keeper.get(key);
      const id = key.slice(this.prefix.length);
      if (kept && !this.find(id)) this.start({ id, ...kept, restored: true });
    }
  }

  /** A file that the server has already. */
  giveBack(data) {
    if (this.items.some((item) => item.data?.attachment_id === data.attachment_id)) return;
    this.entries.keep(data.attachment_id, data);
    this.adopt(data.attachment_id, data);
  }

  /** It is at the server, by whoever brought it there first. */
  adopt(id, data) {
    const item = this.find(id) ?? { id };
    if (item.data) return; // two tabs sent it at once: each goes on with its own
    if (!this.items.includes(item)) this.items.push(item);
    this.ready(item, data);
    item.going?.abort();
    this.tell();
  }

  ready(item, data) {
    Object.assign(item, { state: 'ready', per_cent: 100, data, name: data.name, size: data.size_bytes, file: null });
  }

  /** A storage event: what arrived, was posted or taken out in another tab did so here. */
  heard(change) {
    const { id, data, ended } = this.entries.heard(change) ?? {};
    if (data) this.adopt(id, data);
    if (ended) this.drop(id);
  }

  /** Start sending files; returns those that are one too many. */
  add(files) {
    const free = Math.max(0, this.deps.limits.files_per_post - this.items.length);
    for (const file of files.slice(0, free)) {
      const id = this.deps.newId();
      this.deps.keeper.put(this.prefix + id, file, file.name);
      this.start({ id, file, name: file.name });
    }
    return files.slice(free);
  }

  start(given) {
    const item = { ...given, size: given.file.size };
    this.items.push(item);
    this.send(item);
  }

  async send(item) {
    Object.assign(item, { state: 'sending', per_cent: 0, fault: null });
    if (item.file.size > this.deps.limits.file_bytes) {
      this.fail(item, { code: 'too_large', message: this.deps.words.too_large });
      return;
    }
    this.tell();
    await this.deps.inTurn(`hub:files:${this.prefix}${item.id}`, () => this.upload(item));
  }

  /** False when it arrived in another tab meanwhile, or was taken out. */
  wants(item) {
    return item.state === 'sending' && this.items.includes(item);
  }

  async upload(item) {
    // The store of a full browser tells nothing, and what it tells may come a moment after the turn.
    const gone = item.restored && !(await this.deps.keeper.get(this.prefix + item.id));
    if (gone && this.wants(item)) this.drop(item.id);
    if (!this.wants(item)) return;
    const progress = (perCent) => {
      item.per_cent = perCent;
      this.tell();
    };
    item.going = this.deps.send(item.file, { name: item.name, progress });
    try {
      await this.arrived(item, await item.going.done);
    } catch (fault) {
      if (fault?.code !== 'aborted' && this.wants(item)) this.fail(item, fault);
    }
  }

  async arrived(item, data) {
    if (!this.wants(item)) {
      this.deps.discard(data.attachment_id); // taken out in the last moment, or another tab was faster
      return;
    }
    this.ready(item, data);
    if (this.deps.handOver) {
      this.deps.handOver(data);
      this.drop(item.id);
      this.entries.end(item.id);
    } else {
      this.entries.keep(item.id, data);
      this.tell();
    }
    await this.deps.keeper.remove(this.prefix + item.id); // before the turn ends: who waited for it looks there
  }

  fail(item, fault) {
    Object.assign(item, { state: 'failed', fault: { code: fault?.code ?? 'unavailable', message: fault?.message || this.deps.words.failed } });
    this.tell();
  }

  retry(id) {
    const item = this.find(id);
    if (item?.state === 'failed') this.send(item);
  }

  /** The network or the sign-in is back: whatever failed for want of it goes again. */
  retryLater() {
    for (const item of this.items) if (item.state === 'failed' && isForLater(item.fault)) this.send(item);
  }

  remove(id) {
    const item = this.find(id);
    if (!item) return;
    this.end(id);
    this.drop(id);
    if (item.data) this.deps.discard(item.data.attachment_id);
  }

  /** Here; it goes on wherever else it is. */
  drop(id) {
    const item = this.find(id);
    this.items = this.items.filter((other) => other !== item);
    if (item?.state === 'sending') item.going?.abort();
    this.tell();
  }

  /** In this browser, for every tab. */
  end(id) {
    this.deps.keeper.remove(this.prefix + id);
    this.entries.end(id);
  }

  /** They were posted: they hang on a message now. */
  clear() {
    for (const { id } of this.items.splice(0)) this.end(id);
    this.tell();
  }
}
