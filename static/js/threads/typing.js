// Who is typing in this thread: shown for a few seconds after each sign of it, never stored.

import { text } from '../lib/dom.js';

const SHOWN_MS = 5_000;

export class TypingSign {
  constructor(element, threadId, { feed }) {
    this.element = element;
    this.until = new Map(); // name -> timer
    feed.onTyping((sign) => {
      if (sign.thread_id === threadId) this.show(sign.name);
    });
  }

  show(name) {
    clearTimeout(this.until.get(name));
    this.until.set(name, setTimeout(() => this.hide(name), SHOWN_MS));
    this.draw();
  }

  hide(name) {
    clearTimeout(this.until.get(name));
    this.until.delete(name);
    this.draw();
  }

  /** Whoever has just posted no longer types. */
  silence(messages) {
    for (const message of messages) this.hide(message.author.name);
  }

  draw() {
    this.element.hidden = this.until.size === 0;
    text(this.element, 'name', [...this.until.keys()].join(', '));
  }
}
