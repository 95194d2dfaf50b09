// The feed of one page: state folded from events, commands on their way out, and the connection's condition.

import { Condition } from './condition.js';
import { Link } from './link.js';
import { Pending, pendingKey } from './pending.js';
import { emptyState, reduce, withNotes, withoutStream, withRoom, withThread } from './reducer.js';
import { Streams } from './streams.js';

class Feed {
  constructor(page, parts) {
    Object.assign(this, { page, parts, http: parts.http, state: initialState(page) });
    this.listeners = { frame: new Set(), status: new Set(), pending: new Set(), typing: new Set() };
    this.streams = this.makeStreams();
    this.condition = new Condition(parts.online, (word) => this.tell('status', word));
    const reactions = {
      typing: (sign) => this.tell('typing', sign),
      closed: (stream) => this.close(stream),
      ready: () => this.pending.resend(),
    };
    this.link = new Link(page, parts, this, reactions);
    this.pending = this.makePending();
    this.link.start();
  }

  makeStreams() {
    const { page, parts } = this;
    const fetchAfter = (stream, seq) => parts.http.get(`/feed/${stream}?after=${seq}&epoch=${page.epoch}&limit=1000`);
    const apply = (frame) => this.apply(frame);
    const streams = new Streams({ ...parts, epoch: page.epoch, fetchAfter, apply, onResync: parts.reload });
    for (const stream of page.streams) streams.open(stream, page.heads[stream] ?? 0);
    return streams;
  }

  makePending() {
    const pending = new Pending({
      ...this.parts,
      key: pendingKey(this.page.me.staff_id),
      send: (event, payload) => this.send(event, payload),
      arrived: (ack) => this.streams.contains(ack),
      changed: (items) => this.tell('pending', items),
    });
    this.parts.on('storage', (change) => change.newValue === null && pending.removedElsewhere(change.key));
    return pending;
  }

  apply(frame) {
    this.state = reduce(this.state, frame);
    this.pending.seen(frame);
    this.tell('frame', this.state, frame);
  }

  /** Access to a stream ended: what came from it goes as well. */
  close(stream) {
    if (!this.streams.has(stream)) return;
    this.streams.close(stream);
    this.state = withoutStream(this.state, stream);
    this.tell('frame', this.state, { type: 'closed', stream, data: {} });
  }

  /** A listener that fails is reported and keeps neither the others nor the feed from going on. */
  tell(kind, ...what) {
    for (const listener of this.listeners[kind]) {
      try {
        listener(...what);
      } catch (fault) {
        this.parts.report(fault);
      }
    }
  }

  get status() {
    return this.condition.status;
  }

  /** Run a command now, by socket or by its HTTP twin. Rejects with {code, message, fields?, retry_after_s?}. */
  send(event, payload) {
    return this.link.send(event, payload);
  }

  /** Run a creating command for sure: kept until it is stored. `payload` has a client_id. */
  post(event, payload) {
    this.pending.add(event, payload);
  }

  /** Keep what cannot be sent: `error` says why. */
  keepBack(event, payload, error) {
    this.pending.keepBack(event, payload, error);
  }

  retry(id) {
    this.pending.retry(id);
  }

  discard(id) {
    this.pending.remove(id);
  }

  /** Follow more streams, from now on. -> promise of {heads, refused}; their content is to be read afterwards. */
  openStreams(names) {
    return this.link.open(names);
  }

  /** Take a window of a thread, as GET /threads/<id> answers, into the state. It was read before it came here: what the
   *  stream has brought since is said again. */
  include(json) {
    if (!this.streams.sameLife(json)) return;
    this.state = this.streams.since(json.stream, json.head).reduce(reduce, withThread(this.state, json));
    this.tell('frame', this.state, null);
  }

  /** `listener(state, frame)`; frame is null when the state changed otherwise. -> a function that ends it, as below. */
  subscribe(listener) {
    return this.listen('frame', listener);
  }

  onStatus(listener) {
    listener(this.status);
    return this.listen('status', listener);
  }

  onPending(listener) {
    listener(this.pending.list());
    return this.listen('pending', listener);
  }

  onTyping(listener) {
    return this.listen('typing', listener);
  }

  listen(kind, listener) {
    this.listeners[kind].add(listener);
    return () => this.listeners[kind].delete(listener);
  }
}

function initialState(page) {
  const state = page.room ? withRoom(emptyState(), page.room) : emptyState();
  const read = page.thread ? withThread(state, page.thread) : state;
  return page.notes ? withNotes(read, page.notes) : read;
}

/** `page` is the JSON of #hub-page; `parts` as browser.js makes them. */
export const createFeed = (page, parts) => new Feed(page, parts);
