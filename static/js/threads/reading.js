// Moves the reader's own mark forward once a message was really in sight: page visible, newest shown message seen.

import { one } from '../lib/dom.js';

const DWELL_MS = 800;

/** The last position of `elements` that shows between `top` and `bottom`; 0 for none. */
export function lastInSight(elements, { top, bottom }) {
  let last = 0;
  for (const element of elements) {
    const box = element.getBoundingClientRect();
    if (box.top < bottom && box.bottom > top) last = Math.max(last, Number(element.dataset.position));
  }
  return last;
}

/** Where the conversation can be seen: the part of its scroller that is in the window and not behind the composer. */
export function sight(scroller, foot, height) {
  const box = scroller?.getBoundingClientRect() ?? { top: 0, bottom: height };
  const covered = foot?.getBoundingClientRect();
  const bottom = Math.min(height, box.bottom, covered && covered.height > 0 ? covered.top : height);
  return { top: Math.max(0, box.top), bottom };
}

export class ReadMarker {
  /** `pane` holds scroller and composer. */
  constructor(pane, threadId, timeline, { feed }) {
    Object.assign(this, { pane, threadId, timeline, feed, told: 0, timer: null });
    addEventListener('scroll', () => this.look(), { capture: true, passive: true });
    document.addEventListener('visibilitychange', () => this.look());
    this.look();
  }

  look() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), DWELL_MS);
  }

  seen() {
    const { pane, timeline } = this;
    return lastInSight(timeline.elements.values(), sight(one('[data-scroller]', pane), one('.pane__foot', pane), innerHeight));
  }

  tell() {
    if (document.hidden) return;
    const position = this.seen();
    if (position <= Math.max(this.told, this.feed.state.marks[this.threadId] ?? 0)) return;
    this.told = position;
    this.feed.send('thread:read', { thread_id: this.threadId, position }).catch(() => {
      this.told = 0;
    });
  }
}
