// A text not yet sent: kept in this browser at once and on the server a little later, so that neither a crash nor a
// change of computer loses it.

import { readCopy, writeCopy } from '../lib/draft_copy.js';

const SERVER_DELAY_MS = 2_000;

export class DraftKeeper {
  /** `place` as the server names it (`thread:7`); `deps` = {http, me, store}. */
  constructor(place, { http, me, store }) {
    Object.assign(this, { place, http, store });
    this.key = `hub:draft:${me.staff_id}:${place}`;
    this.timer = null;
  }

  /** This browser's copy {body, saved, …fields}, or null. */
  local() {
    return readCopy(this.store.get(this.key));
  }

  /** What to go on with, {body, …fields}: this browser's copy while the server does not have it, as it is the newer one
   *  then, and it is sent; else what the page `brought` from the server, which another computer may have written. */
  restore(brought) {
    const copy = this.local();
    if (!copy || (copy.saved && brought !== '' && brought !== copy.body)) return { body: brought };
    if (!copy.saved) this.saveLater();
    return copy;
  }

  /** The browser keeps nothing: the page is all there is. */
  get fleeting() {
    return this.store.fleeting().includes(this.key);
  }

  /** `fields` are what else was chosen in the form; they stay in this browser. An emptied text is kept as such until the
   *  server knows, else its older draft would come back. */
  keep(body, fields = {}) {
    this.store.set(this.key, writeCopy({ ...(body === '' ? {} : fields), body, saved: false }));
    if (body === '' && this.fleeting) this.store.remove(this.key);
    this.saveLater(body);
  }

  saveLater(body = this.local().body) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(body), SERVER_DELAY_MS);
  }

  /** What failed now is still kept here, and goes along with the next change or when the place is opened again. */
  async save(body) {
    this.timer = null;
    try {
      await this.http.post('/drafts', { place: this.place, body });
    } catch {
      return;
    }
    this.saved(body);
  }

  /** Only what is still kept: this tab or another may have gone on writing meanwhile. */
  saved(body) {
    const copy = this.local();
    if (copy?.body !== body) return;
    if (body === '') this.store.remove(this.key);
    else this.store.set(this.key, writeCopy({ ...copy, saved: true }));
  }

  /** The text was sent: the server dropped its copy in the same commit. */
  drop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.store.remove(this.key);
  }
}
