// A server played by the test: a log for each stream, HTTP and sockets over it, and browser tabs that speak to it.

import { createFeed } from '../../../static/js/feed/feed.js';
import { createStore } from '../../../static/js/lib/storage.js';
import { Clock, frame, message, thread } from './shapes.js';

const fault = (code) => ({ code, message: '' });

export class Server {
  constructor() {
    Object.assign(this, { epoch: 'e1', logs: {}, sockets: [], signedIn: '3', http: true, up: true, stored: new Map(), posts: [], gets: [] });
    this.readable = new Set(['room:12', 'room:13', 'notes:12']);
  }

  head = (stream) => this.logs[stream]?.length ?? 0;

  may = (stream) => this.readable.has(stream) || stream === `user:${this.signedIn}`;

  heads = (streams) => Object.fromEntries(streams.filter(this.may).map((s) => [s, this.head(s)]));

  /** Append an event and send it to the sockets that opened its stream, unless it is to be lost. */
  append(stream, type, data, { lost = false } = {}) {
    const log = (this.logs[stream] ??= []);
    log.push({ ...frame(type, data, log.length + 1, stream), epoch: this.epoch });
    if (!lost) this.emit('feed', log.at(-1), stream);
    return { stream, seq: log.length };
  }

  emit(name, data, stream) {
    for (const socket of this.sockets) if (socket.open && (!stream || socket.streams.has(stream))) socket.listen(name, data);
  }

  /** A creating command: stored once for each client_id. */
  create(payload, options) {
    this.posts.push([payload.client_id, this.signedIn]);
    if (!this.stored.has(payload.client_id)) {
      const position = this.head('room:12') + 1;
      const posted = message(position, { client_id: payload.client_id, body: payload.body });
      this.stored.set(payload.client_id, this.append('room:12', 'message:posted', posted, options));
    }
    return this.stored.get(payload.client_id);
  }

  get = async (path) => {
    this.gets.push(path);
    if (!this.http) throw fault('offline');
    if (!this.signedIn) throw fault('signed_out');
    const url = new URL(path, 'http://hub.test');
    if (url.pathname === '/feed') return { epoch: this.epoch, heads: this.heads(url.searchParams.get('streams').split(',')) };
    return this.after(url.pathname.slice('/feed/'.length), Number(url.searchParams.get('after')), url.searchParams.get('epoch'));
  };

  after(stream, seq, epoch) {
    if (!this.may(stream)) throw fault('not_found');
    if (epoch !== this.epoch || seq > this.head(stream)) throw fault('resync');
    return { epoch: this.epoch, events: (this.logs[stream] ?? []).slice(seq), head: this.head(stream), has_more: false };
  }

  /** `tokenOf`: who was signed in when the page with its token was made. */
  post = async (path, payload, tokenOf) => {
    if (!this.http) throw fault('offline');
    if (!this.signedIn) throw fault('signed_out');
    if (tokenOf !== this.signedIn) throw fault('invalid');
    return { ok: true, data: this.create(payload) };
  };

  openSocket = ({ listen, status }) => {
    const socket = { listen, status, open: false, streams: new Set(), as: null, closed: false };
    socket.close = () => Object.assign(socket, { open: false, closed: true });
    socket.send = async (event, payload) => this.handle(socket, event, payload);
    this.sockets.push(socket);
    queueMicrotask(() => this.up && this.accept(socket));
    return socket;
  };

  accept(socket) {
    if (socket.closed) return;
    Object.assign(socket, { open: Boolean(this.signedIn), as: this.signedIn, streams: new Set() });
    socket.status(this.signedIn ? 'live' : 'signed_out');
  }

  handle(socket, event, payload) {
    if (!socket.open) throw fault('offline');
    if (event !== 'feed:open') return this.create(payload, this.losing);
    const allowed = payload.streams.filter(this.may);
    allowed.forEach((s) => socket.streams.add(s));
    const answer = { epoch: this.epoch, heads: this.heads(allowed), refused: payload.streams.filter((s) => !this.may(s)) };
    return payload.after ? { ...answer, events: this.smallGaps(allowed, payload) } : answer;
  }

  smallGaps(streams, { after, epoch }) {
    const gaps = streams.map((s) => [s, (this.logs[s] ?? []).slice(after[s])]);
    return Object.fromEntries(gaps.filter(([, gap]) => epoch === this.epoch && gap.length > 0 && gap.length <= 50));
  }

  /** The connection is lost, for all. */
  down() {
    this.up = false;
    for (const socket of this.sockets) {
      if (!socket.open) continue;
      socket.open = false;
      socket.status('connecting');
    }
  }

  back() {
    this.up = true;
    this.sockets.forEach((socket) => this.accept(socket));
  }
}

/** One browser profile on one clock; `open` is a page that shows thread t1 of room 12. */
export class Profile {
  constructor(server) {
    Object.assign(this, { server, clock: new Clock(), store: createStore(null), tabs: [] });
  }

  open(more = {}) {
    const { server, clock, store } = this;
    const streams = ['user:3', 'room:12'];
    const page = {
      me: { staff_id: '3', name: '茂木', role: 'officer' },
      epoch: server.epoch,
      heads: server.heads(streams),
      streams,
      polling_only: false,
      thread: { thread: thread({ last_position: server.head('room:12') }), messages: this.shown() },
      ...more,
    };
    const tab = { handlers: {}, online: true, visible: true, reloads: 0, faults: [], statuses: [], frames: [], listeners: [] };
    this.tabs.push(tab);
    const parts = {
      id: `tab${this.tabs.length}`,
      http: { get: server.get, post: (path, payload) => server.post(path, payload, page.me.staff_id) },
      store,
      openSocket: server.openSocket,
      channel: (name) => this.channel(tab, name),
      on: (name, listener) => (tab.handlers[name] ??= []).push(listener),
      visible: () => tab.visible,
      online: () => tab.online,
      reload: () => (tab.reloads += 1),
      report: (wrong) => tab.faults.push(wrong),
      now: () => clock.now,
      random: () => 0.5,
      later: clock.later,
      never: clock.never,
      every: clock.every,
    };
    tab.feed = createFeed(page, parts);
    tab.feed.onStatus((word) => tab.statuses.push(word));
    tab.feed.subscribe((_state, given) => tab.frames.push(given));
    tab.happens = (name, event = {}) => tab.handlers[name]?.forEach((handler) => handler(event));
    tab.bodies = () => Object.values(tab.feed.state.messages.t1 ?? {}).map((m) => m.body);
    return tab;
  }

  /** As the server shows messages in pages: without the ids that browsers gave. */
  shown() {
    const log = this.server.logs['room:12'] ?? [];
    return log.filter((e) => e.type === 'message:posted').map((e) => ({ ...e.data, client_id: null }));
  }

  channel(tab, name) {
    tab.name = name;
    const others = () => this.tabs.filter((t) => t !== tab && t.name === name);
    return {
      addEventListener: (_type, listener) => tab.listeners.push(listener),
      postMessage: (sent) => {
        const data = structuredClone(sent);
        queueMicrotask(() => others().forEach((t) => t.listeners.forEach((listener) => listener({ data }))));
      },
    };
  }
}
