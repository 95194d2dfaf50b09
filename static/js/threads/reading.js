// Moves the reader's own mark forward once a message was really in sight: page visible, newest shown message seen.

const DWELL_MS = 800;

export class ReadMarker {
  constructor(threadId, timeline, { feed }) {
    Object.assign(this, { threadId, timeline, feed, told: 0, timer: null });
    addEventListener('scroll', () => this.look(), { capture: true, passive: true });
    document.addEventListener('visibilitychange', () => this.look());
    this.look();
  }

  look() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), DWELL_MS);
  }

  /** The last position whose element reaches into the window. */
  seen() {
    let last = 0;
    for (const element of this.timeline.elements.values()) {
      const box = element.getBoundingClientRect();
      if (box.top < innerHeight && box.bottom > 0) last = Math.max(last, Number(element.dataset.position));
    }
    return last;
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
