// Endless history in both directions without jumping: asks for the messages ahead of or behind the loaded stretch when
// their end comes into sight, and finds a position that an address names.

import { one } from '../lib/dom.js';

const PAGE = 50;

/** The position that an address names; 0 when it names something else. */
const positionOf = (hash) => Number(/^#(\d{1,9})$/.exec(hash)?.[1] ?? 0);

export class History {
  constructor(pane, timeline, threadId, { feed, http }) {
    Object.assign(this, { pane, timeline, threadId, feed, http, busy: false });
    this.earlier = one('[data-action="earlier"]', pane);
    this.later = one('[data-action="later"]', pane);
    this.newest = one('[data-action="newest"]', pane);
    this.watch(this.earlier, () => this.load({ before: this.timeline.range.first }));
    this.watch(this.later, () => this.load({ after: this.timeline.range.last }));
    this.newest?.addEventListener('click', (event) => this.toNewest(event));
    addEventListener('hashchange', () => positionOf(location.hash) && this.openAt(location.hash));
  }

  /** Load when the link is used, or comes near. */
  watch(link, load) {
    if (!link) return;
    link.addEventListener('click', (event) => {
      event.preventDefault();
      load();
    });
    const near = new IntersectionObserver((seen) => seen.some((s) => s.isIntersecting) && load(), { rootMargin: '400px' });
    near.observe(link);
  }

  async load(span) {
    if (this.busy) return;
    this.busy = true;
    try {
      const query = new URLSearchParams({ ...span, limit: PAGE });
      const answer = await this.http.get(`/threads/${this.threadId}?${query}`);
      const { first } = this.timeline.range;
      if (span.before && answer.messages.length > 0) this.timeline.range.first = Math.min(first, answer.first_position);
      if (span.at) this.timeline.range.first = answer.first_position;
      this.feed.include(answer);
    } finally {
      this.busy = false;
    }
  }

  /** Which of the links still lead somewhere. */
  refresh(thread) {
    const { first, last } = this.timeline.range;
    if (this.earlier) this.earlier.parentElement.hidden = first <= 1;
    if (this.later) this.later.parentElement.hidden = last >= thread.last_position;
    if (this.newest) this.newest.hidden = last >= thread.last_position && this.timeline.nearEnd();
  }

  async toNewest(event) {
    event.preventDefault();
    const position = this.feed.state.threads[this.threadId].last_position;
    if (this.timeline.range.last < position) await this.load({ at: position });
    this.timeline.toEnd();
  }

  /** Show the message of `#<position>`, loading what stands around it when it is not here. */
  async openAt(hash) {
    const position = positionOf(hash);
    if (!position) {
      this.start();
      return;
    }
    const { first, last } = this.timeline.range;
    if (position < first || position > last) await this.load({ at: position });
    this.point(document.getElementById(String(position)));
  }

  point(element) {
    if (!element) return;
    for (const earlier of this.pane.querySelectorAll('.message--target')) earlier.classList.remove('message--target');
    element.classList.add('message--target');
    element.scrollIntoView({ block: 'center' });
    element.focus({ preventScroll: true });
  }

  /** Without a wish: where the unread begins, of a thread never opened at its first message, else at the newest. */
  start() {
    const unread = one('[data-unread]', this.pane);
    if (unread) unread.scrollIntoView({ block: 'start' });
    else if (!('neverOpened' in this.pane.dataset)) this.timeline.toEnd();
  }
}
