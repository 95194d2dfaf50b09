// Pages without a browser: the browser's own feed (static/js/feed), the library's own client, and nothing that draws.
// For tests under fault, which need many pages at a time. One JSON command a line comes in, one JSON answer a line goes out:
// {id, do: 'open', page, direct, url, cookie, path, transports, sockets, shared}  {id, do: 'post', page, event, payload}
// {id, do: 'insist', page, event, payload}  {id, do: 'look', page}  {id, do: 'draft', page, key, body}  {id, do: 'crowd', url, cookies} {id, do: 'times'}
// {id, do: 'stale', page}

import dns from 'node:dns';
import { createInterface } from 'node:readline';
import { io } from 'socket.io-client';
import { browser } from '../../static/js/feed/browser.js';
import { createFeed } from '../../static/js/feed/feed.js';
import { createHttp } from '../../static/js/feed/http.js';
import { openSocket } from '../../static/js/feed/socket.js';
import { clientId } from '../../static/js/lib/ids.js';
import { createStore } from '../../static/js/lib/storage.js';

// Every name is this machine: for nginx, which serves the hub under names of its own.
const { lookup } = dns;
dns.lookup = (_name, options, answer) => lookup('127.0.0.1', options, answer);

/** localStorage of one browser profile. */
class Profile {
  getItem(key) {
    return this[key] ?? null;
  }

  setItem(key, value) {
    this[key] = value;
  }

  removeItem(key) {
    delete this[key];
  }
}

const LATER = new Set(['offline', 'timeout', 'unavailable', 'rate_limited']);
const profiles = new Map();
const pages = new Map();

class Page {
  constructor(options) {
    Object.assign(this, options, { reloads: 0, timers: new Set(), channels: [], statuses: [], sent: [] });
    if (!profiles.has(this.profile)) profiles.set(this.profile, new Profile());
    this.store = createStore(profiles.get(this.profile));
  }

  /** What a browser does at an address: asked for past the proxy, for a page that did not load is the browser's matter. */
  async load() {
    const headers = { cookie: this.cookie, Accept: 'text/html' };
    const answer = await fetch(this.direct + this.path, { headers });
    const text = await answer.text();
    const json = /<script type="application\/json" id="hub-page">([^]*?)<\/script>/.exec(text);
    if (!json) throw new Error(`no page at ${this.path}: ${text.slice(0, 200)}`);
    this.keepCookies(answer.headers.getSetCookie().map((line) => line.split(';')[0]));
    this.token = /<meta name="csrf-token" content="([^"]+)"/.exec(text)[1];
    this.feed = createFeed(JSON.parse(json[1]), this.parts());
    this.feed.onStatus((word) => this.statuses.push(word));
  }

  keepCookies(pairs) {
    const jar = new Map([...this.cookie.split('; '), ...pairs].map((pair) => pair.split('=', 1).concat(pair)));
    this.cookie = [...jar.values()].join('; ');
  }

  parts() {
    const life = { over: false };
    this.life = life;
    const fetcher = (path, options) => fetch(this.url + path, { ...options, headers: { ...options.headers, cookie: this.cookie, Referer: this.url + this.path } });
    return {
      ...browser(),
      id: clientId(),
      store: this.store,
      http: createHttp(this.guarded(life, fetcher), () => this.token, (fault) => this.renew(fault)),
      openSocket: (handlers) => openSocket({ ...handlers, connect: (options) => this.connect(life, options) }),
      channel: (name) => this.channel(life, name),
      on: (name, listener) => name === 'pageshow' && (this.wake = listener),
      visible: () => true,
      online: () => true,
      reload: () => this.reload(life),
      report: (fault) => this.faults.push(String(fault)),
      later: (fn, ms) => this.keep(setTimeout(() => life.over || fn(), ms)),
      every: (fn, ms) => this.keep(setInterval(() => life.over || fn(), ms)),
    };
  }

  /** As lib/token.js, without a document. */
  renew({ staff_id: person, csrf_token: token }) {
    if (person !== this.feed.page.me.staff_id) return false;
    this.token = token;
    return true;
  }

  faults = [];

  keep(timer) {
    this.timers.add(timer);
    return timer;
  }

  /** A page that was left hears nothing more. */
  guarded(life, fetcher) {
    return async (...args) => {
      const answer = await fetcher(...args);
      return life.over ? new Promise(() => {}) : answer;
    };
  }

  connect(life, options) {
    const transports = this.transports ?? options.transports;
    this.socket = io(this.sockets === false ? 'http://127.0.0.1:9' : this.url, {
      ...options,
      transports,
      forceNew: true,
      extraHeaders: { cookie: this.cookie },
    });
    return this.socket;
  }

  channel(life, name) {
    if (!this.shared) return null;
    const channel = new BroadcastChannel(name);
    this.channels.push(channel);
    return channel;
  }

  leave() {
    this.life.over = true;
    this.feed.link.connection.leave();
    for (const timer of this.timers) clearTimeout(timer);
    for (const channel of this.channels) channel.close();
    Object.assign(this, { timers: new Set(), channels: [] });
    this.socket?.disconnect();
  }

  async reload(life) {
    if (life.over) return;
    this.reloads += 1;
    this.leave();
    for (;;) {
      try {
        await this.load();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    }
  }

  acts = [];

  /** As somebody who presses again until there is an answer; look() tells it. */
  async insist(event, payload) {
    const act = { event, payload, tries: 0 };
    this.acts.push(act);
    while (!act.answer) {
      act.tries += 1;
      const told = await this.feed.send(event, payload).then((data) => ({ data }), (error) => ({ error }));
      if (!LATER.has(told.error?.code)) act.answer = told;
      else await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  look() {
    const { state, status } = this.feed;
    const pending = this.feed.pending.list().map(({ client_id, state }) => [client_id, state]);
    const cursors = Object.fromEntries([...this.feed.streams.cursors].map(([name, cursor]) => [name, cursor.last]));
    const { transport } = this.socket?.io?.engine ?? {};
    return { state, status, pending, cursors, acts: this.acts, reloads: this.reloads, faults: this.faults, epoch: this.feed.page.epoch, transport: transport?.name,
      statuses: this.statuses, leads: this.feed.link.connection.leads, drafts: Object.entries(profiles.get(this.profile)).filter(([key]) => key.startsWith('hub:draft:')) };
  }
}

/** Many browsers' connections, which only come back: when each was lost, and when it was live again. */
const crowd = [];

function join(url, cookie) {
  const one = { lost: [], live: [] };
  crowd.push(one);
  return new Promise((resolve) => {
    const status = (word) => {
      if (word === 'live') resolve(one.live.push(Date.now()));
      else if (one.live.length > one.lost.length) one.lost.push(Date.now());
    };
    const connect = (options) => io(url, { ...options, transports: ['websocket'], forceNew: true, extraHeaders: { cookie } });
    openSocket({ listen: () => {}, status, connect });
  });
}

const COMMANDS = {
  crowd: ({ url, cookies }) => Promise.all(cookies.map((cookie) => join(url, cookie))).then(() => null),
  times: () => crowd,
  async open({ page, ...options }) {
    const opened = new Page({ profile: page, ...options });
    pages.set(page, opened);
    await opened.load();
  },
  post: ({ page, event, payload }) => pages.get(page).feed.post(event, payload),
  send: ({ page, event, payload }) => pages.get(page).feed.send(event, payload).then((data) => ({ data }), (error) => ({ error })),
  insist: ({ page, event, payload }) => void pages.get(page).insist(event, payload),
  look: ({ page }) => pages.get(page).look(),
  draft: ({ page, key, body }) => pages.get(page).store.set(key, body),
  stale: ({ page }) => (pages.get(page).token = 'of yesterday'),
  close: ({ page }) => pages.get(page).leave(),
};

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, do: name, ...options } = JSON.parse(line);
  let answer;
  try {
    answer = { id, answer: (await COMMANDS[name](options)) ?? null };
  } catch (fault) {
    answer = { id, fault: `${fault?.stack ?? fault}` };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}).on('close', () => process.exit(0));
