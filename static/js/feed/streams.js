// All streams that a page follows: a cursor for each, and what was applied of late.

import { Cursor } from './cursor.js';

const MOST_RECENT = 500;

export class Streams {
  /** `deps`: epoch, apply(frame), fetchAfter(stream, seq), onResync(), later, never, random (as in cursor.js). */
  constructor(deps) {
    Object.assign(this, { deps, cursors: new Map(), recent: [] });
  }

  names() {
    return [...this.cursors.keys()];
  }

  /** {stream: the seq up to which this page knows it}. */
  reached() {
    return Object.fromEntries([...this.cursors].map(([stream, cursor]) => [stream, cursor.last]));
  }

  has(stream) {
    return this.cursors.has(stream);
  }

  /** Follow a stream from behind `head`, what the page shows of it already. */
  open(stream, head) {
    if (this.has(stream)) return;
    const { deps } = this;
    const fetchAfter = (seq) => deps.fetchAfter(stream, seq);
    this.cursors.set(stream, new Cursor(head, { ...deps, fetchAfter, apply: (frame) => this.apply(frame) }));
  }

  close(stream) {
    this.cursors.get(stream)?.stop();
    this.cursors.delete(stream);
    this.recent = this.recent.filter((frame) => frame.stream !== stream);
  }

  take(frame) {
    if (this.sameLife(frame)) this.cursors.get(frame.stream)?.take(frame);
  }

  hear({ epoch, heads }) {
    if (!this.sameLife({ epoch })) return;
    for (const [stream, head] of Object.entries(heads)) this.cursors.get(stream)?.hear(head);
  }

  /** After a restore the log is another one: what this page shows may never have happened. */
  sameLife({ epoch }) {
    if (epoch !== this.deps.epoch) this.deps.onResync();
    return epoch === this.deps.epoch;
  }

  apply(frame) {
    this.recent.push(frame);
    if (this.recent.length > MOST_RECENT) this.recent.shift();
    this.deps.apply(frame);
  }

  /** What was applied of a stream behind `head`, in order. */
  since(stream, head) {
    return this.recent.filter((frame) => frame.stream === stream && frame.seq > head);
  }

  /** Has this event been applied? Of a stream that is not open it never will be. */
  contains({ stream, seq }) {
    const cursor = this.cursors.get(stream);
    cursor?.hear(seq);
    return !cursor || cursor.last >= seq;
  }
}
