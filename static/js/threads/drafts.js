// A text not yet sent: kept in this browser at once and on the server a little later, so that neither a crash nor a
// change of computer loses it.

const SERVER_DELAY_MS = 2_000;

export class DraftKeeper {
  /** `place` as the server names it (`thread:7`); `deps` = {http, me, store}. */
  constructor(place, { http, me, store }) {
    Object.assign(this, { place, http, store });
    this.key = `hub:draft:${me.staff_id}:${place}`;
    this.timer = null;
  }

  local() {
    return this.store.get(this.key);
  }

  /** The browser keeps nothing: the page is all there is. */
  get fleeting() {
    return this.store.fleeting().includes(this.key);
  }

  keep(body) {
    if (body === '') this.store.remove(this.key);
    else this.store.set(this.key, body);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(body), SERVER_DELAY_MS);
  }

  /** What failed now is still kept here and goes along with the next change. */
  save(body) {
    this.timer = null;
    return this.http.post('/drafts', { place: this.place, body }).catch(() => {});
  }

  /** The text was sent: the server dropped its copy in the same commit. */
  drop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.store.remove(this.key);
  }
}
