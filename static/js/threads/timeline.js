// The conversation: the messages of the state that belong to the loaded, unbroken stretch of positions, keyed by id, so
// that each shows exactly once; behind them what is still being sent.

import { clone } from '../lib/dom.js';
import { fillMessage, fillReply, messageElement } from './message.js';

const NEAR_END_PX = 120;
const TOGETHER_MS = 5 * 60 * 1000;

/** Whether a message needs no head of its own behind `before`, another message or what else stands there. The twin of
 *  hub/threads/grouping.py. */
export function follows(element, before) {
  if (!before?.matches('.message') || before.dataset.author !== element.dataset.author) return false;
  if (element.matches('.message--official, .message--personal')) return false;
  const [at, then] = [element, before].map((e) => Date.parse(e.querySelector('.message__time time')?.dateTime));
  return at - then < TOGETHER_MS;
}

/** The messages to show: from `range.first` on, as far as they follow one another without a gap. */
export function stretch(messages, range) {
  const byPosition = new Map(Object.values(messages ?? {}).map((m) => [m.position, m]));
  const found = [];
  for (let position = range.first; byPosition.has(position); position += 1) found.push(byPosition.get(position));
  return found;
}

export class Timeline {
  /** `list` holds the messages, `scroller` what scrolls around it, `range` {first} position loaded, `context` as in message.js. */
  constructor(list, scroller, range, context) {
    Object.assign(this, { list, scroller, range, context });
    this.drawn = new Map(); // message id -> {message, quoted}: the state objects that its element shows
    this.elements = new Map([...list.querySelectorAll('[data-message-id]')].map((e) => [e.dataset.messageId, e]));
    this.waiting = new Map(); // client id -> element of an item that is being sent
  }

  /** Show the state; returns the messages that were not there before. Keeps what the reader looks at where it is. */
  draw(messages) {
    const shown = stretch(messages, this.range);
    this.range.last = shown.at(-1)?.position ?? this.range.first - 1;
    const added = [];
    const stay = this.nearEnd() ? null : this.anchor();
    for (const message of shown) if (this.place(message)) added.push(message);
    const kept = new Set(shown.map((m) => m.message_id));
    for (const [id, element] of this.elements) if (!kept.has(id)) this.drop(id, element);
    if (added.length > 0) this.separateDays();
    this.group();
    if (stay) this.restore(stay);
    else if (added.length) this.toEnd();
    return added;
  }

  /** Make sure that a message has an up-to-date element in its place; true when it is new. */
  place(message) {
    const id = message.message_id;
    const known = this.elements.get(id);
    const drawn = this.drawn.get(id);
    const quoted = this.context.quoted(message.reply_to);
    this.drawn.set(id, { message, quoted });
    if (known && drawn?.message === message) {
      if (drawn.quoted !== quoted) fillReply(known, message, this.context);
      return false;
    }
    if (message.client_id && this.waiting.has(message.client_id)) this.forget(message.client_id);
    if (known) fillMessage(known, message, this.context);
    else this.insert(message);
    return !known;
  }

  insert(message) {
    const element = messageElement(message, this.context);
    const later = [...this.list.querySelectorAll('[data-position]')].find(
      (e) => e.dataset.position === '' || Number(e.dataset.position) > message.position,
    );
    const before = later?.previousElementSibling?.matches('[data-day]') ? later.previousElementSibling : later;
    this.list.insertBefore(element, before ?? null);
    this.elements.set(message.message_id, element);
  }

  drop(id, element) {
    element.remove();
    this.elements.delete(id);
    this.drawn.delete(id);
  }

  /** Show an item that is being sent behind everything else. */
  showPending(item, message) {
    const element = this.waiting.get(item.client_id) ?? clone('message');
    fillMessage(element, message, this.context);
    element.dataset.clientId = item.client_id;
    element.classList.add('message--pending');
    element.querySelector('[data-slot="pending"]').hidden = false;
    element.querySelector('[data-slot="actions"]').hidden = true;
    if (!this.waiting.has(item.client_id)) {
      this.waiting.set(item.client_id, element);
      this.list.append(element);
      this.group();
      this.toEnd();
    }
  }

  /** Several posts of one person within a few minutes have one head. */
  group() {
    for (const element of this.list.querySelectorAll('.message')) {
      element.classList.toggle('message--follows', follows(element, element.previousElementSibling));
    }
  }

  forget(clientId) {
    this.waiting.get(clientId)?.remove();
    this.waiting.delete(clientId);
  }

  /** A separator ahead of the first message of every day. */
  separateDays() {
    let current = null;
    for (const element of [...this.list.children]) {
      if (element.matches('[data-day]')) element.remove();
    }
    for (const element of this.list.querySelectorAll('[data-position]')) {
      const iso = element.querySelector('time')?.dateTime;
      const day = iso ? this.context.times.day(iso) : current;
      if (day !== current) {
        const separator = clone('day');
        separator.textContent = day;
        this.list.insertBefore(separator, element);
        current = day;
      }
    }
  }

  nearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** The first message in sight and where its top is. */
  anchor() {
    const top = this.scroller === document.scrollingElement ? 0 : this.scroller.getBoundingClientRect().top;
    for (const element of this.elements.values()) {
      const box = element.getBoundingClientRect();
      if (box.bottom > top) return { element, top: box.top };
    }
    return null;
  }

  restore({ element, top }) {
    if (element.isConnected) this.scroller.scrollTop += element.getBoundingClientRect().top - top;
  }
}
