// One stream's place in the log: applies events in order, each once, and fetches what is missing. Delivery is never
// assumed; the log behind GET /feed/<stream> is the truth.

const WAIT_MIN_MS = 200;
const WAIT_MAX_MS = 1_000;

export class Cursor {
  /**
   * `last` is the seq already contained in the page. `deps`: apply(frame); fetchAfter(seq) -> {events, head, has_more,
   * epoch}, rejecting with {code}; onResync(); later(fn, ms) -> handle; never(handle); random() -> 0..1.
   */
  constructor(last, deps) {
    Object.assign(this, { last, deps, held: new Map(), timer: null, fetching: false, stopped: false, seen: last });
  }

  /** Take a frame from the socket, in whatever order it comes. */
  take(frame) {
    if (frame.seq <= this.last || this.stopped) return;
    this.held.set(frame.seq, frame);
    this.hear(frame.seq);
  }

  /** Learn that the stream reaches to `head`: the last events may have been lost without a later one to tell. */
  hear(head) {
    if (this.stopped) return;
    this.seen = Math.max(this.seen, head);
    this.advance();
    if (this.seen > this.last) this.askSoon();
    else this.calm();
  }

  advance() {
    for (let next = this.held.get(this.last + 1); next; next = this.held.get(this.last + 1)) {
      this.held.delete(next.seq);
      this.last = next.seq;
      this.deps.apply(next);
    }
  }

  /** A random wait: after an outage a whole prefecture would otherwise ask in the same instant. */
  askSoon() {
    this.timer ??= this.deps.later(() => {
      this.timer = null;
      this.ask();
    }, WAIT_MIN_MS + this.deps.random() * (WAIT_MAX_MS - WAIT_MIN_MS));
  }

  calm() {
    if (this.timer !== null) this.deps.never(this.timer);
    this.timer = null;
  }

  async ask() {
    if (this.fetching || this.stopped) return;
    this.fetching = true;
    try {
      await this.fetchAll();
    } catch (fault) {
      this.failed(fault);
    } finally {
      this.fetching = false;
    }
  }

  /** Without access or sign-in asking on is useless: a later head or frame says when there is reason to. */
  failed(fault) {
    if (this.stopped) return;
    if (fault?.code === 'resync') {
      this.stop();
      this.deps.onResync();
    } else if (fault?.code !== 'not_found' && fault?.code !== 'signed_out') this.askSoon();
  }

  async fetchAll() {
    for (let more = true; more; ) {
      const before = this.last;
      const page = await this.deps.fetchAfter(before);
      if (this.stopped) return; // the stream was closed meanwhile: what came may no longer be shown
      for (const frame of page.events) if (frame.seq > this.last) this.held.set(frame.seq, frame);
      this.hear(page.head);
      // From its beginning a stream answers with what is kept: what this page has never seen may be gone.
      if (page.events.length > 0 ? page.events[0].seq > before + 1 : page.head > this.last) throw { code: 'resync' };
      more = page.has_more && this.last > before;
    }
  }

  stop() {
    this.stopped = true;
    this.calm();
    this.held.clear();
  }
}
