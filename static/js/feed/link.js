// The page's way to the server: the shared socket while there is one, HTTP while there is none, and what to ask for when
// the connection, the network or the page itself comes back.

import { sendByTwin } from './http.js';
import { SharedConnection } from './leader.js';

const POLL_MS = 10_000;
const AGAIN_MS = 2_500;
const STREAMS_IN_ADDRESS = 400; // gunicorn and nginx take 8 KiB

export class Link {
  /** `parts` as in browser.js; `reactions`: typing(data), closed(stream), ready() when commands get through (again). */
  constructor(page, parts, { streams, condition }, reactions) {
    Object.assign(this, { page, parts, streams, condition, reactions, word: 'connecting', attempts: 0 });
    this.own = `user:${page.me.staff_id}`;
  }

  start() {
    const { parts, page } = this;
    this.connection = new SharedConnection({
      ...parts,
      name: `hub:leader:${page.me.staff_id}`,
      channel: parts.channel(`hub:${page.me.staff_id}`),
      makeSocket: (handlers) => parts.openSocket({ pollingOnly: page.polling_only, ...handlers }),
      listen: (name, data) => this.hear(name, data),
      status: (word) => this.connected(word),
    });
    parts.every(() => this.condition.open || this.catchUp(), POLL_MS);
    parts.on('pagehide', () => this.connection.leave());
    parts.on('pageshow', ({ persisted }) => persisted && this.wake());
    parts.on('visibilitychange', () => parts.visible() && this.wake());
    parts.on('online', () => this.wake());
    parts.on('hub:signed-in', () => this.wake());
    parts.on('offline', () => this.condition.learn({}));
  }

  hear(name, data) {
    if (name === 'feed') this.streams.take(data);
    if (name === 'feed:heads') this.streams.hear(data);
    if (name === 'feed:closed') this.reactions.closed(data.stream);
    if (name === 'typing') this.reactions.typing(data);
    if (name === 'session:ended') this.condition.learn({ open: false, signedOut: true });
  }

  /** What the socket says of itself: live, connecting, signed_out. */
  connected(word) {
    this.word = word;
    if (word === 'live') this.resume();
    else this.condition.learn({ open: false, signedOut: word === 'signed_out' || this.condition.signedOut });
  }

  /** The page was asleep, hidden or without network: events may have passed it by. */
  wake() {
    this.condition.learn({});
    this.connection.beat();
    if (this.word === 'live') this.resume();
    else this.catchUp();
  }

  /** The socket is there (again): open the streams and learn their heads; then commands may go through it. */
  async resume() {
    const attempt = (this.attempts += 1);
    try {
      const { page, streams } = this;
      const wanted = { streams: streams.names(), after: streams.reached(), epoch: page.epoch };
      const answer = await this.connection.send('feed:open', wanted);
      if (attempt === this.attempts && this.word === 'live') this.opened(answer);
    } catch {
      this.parts.later(() => attempt === this.attempts && this.word === 'live' && this.resume(), AGAIN_MS);
    }
  }

  /** Small gaps come with the answer; larger ones show in the heads, and are fetched. */
  opened({ epoch, heads, refused, events = {} }) {
    if (refused.includes(this.own)) {
      this.disown();
      return;
    }
    refused.forEach((stream) => this.reactions.closed(stream));
    for (const frame of Object.values(events).flat()) this.streams.take(frame);
    this.streams.hear({ epoch, heads });
    this.gotThrough({ open: true });
  }

  /** Without a socket the heads are asked for over HTTP. */
  async catchUp() {
    try {
      const answer = await this.http(this.streams.names());
      if (!(this.own in answer.heads)) {
        this.disown();
        return;
      }
      this.streams.hear(answer);
      this.connection.resume();
      this.gotThrough({});
    } catch (fault) {
      if (fault.code === 'signed_out') this.condition.learn({ signedOut: true, reachable: true });
      else if (!this.condition.open) this.condition.learn({ reachable: false });
    }
  }

  /** The heads of so many streams as an address can name at once, until all are known. */
  async http(streams) {
    let known = null;
    for (let at = 0; at === 0 || at < streams.length; at += STREAMS_IN_ADDRESS) {
      const answer = await this.parts.http.get(`/feed?streams=${streams.slice(at, at + STREAMS_IN_ADDRESS).join(',')}`);
      known = { ...answer, heads: { ...known?.heads, ...answer.heads } };
    }
    return known;
  }

  gotThrough(facts) {
    const { open, reachable, signedOut } = this.condition;
    this.condition.learn({ reachable: true, signedOut: false, ...facts });
    if (signedOut || !reachable || (facts.open && !open)) this.reactions.ready();
  }

  /** The browser is signed in as somebody else by now: nothing of theirs may come here, nothing of ours go in their name. */
  disown() {
    this.word = 'connecting';
    this.condition.learn({ open: false, signedOut: true });
    this.connection.end();
  }

  /** Run a command now. Rejects with {code, message, fields?, retry_after_s?}. */
  send(event, payload) {
    return this.condition.open ? this.connection.send(event, payload) : sendByTwin(this.parts.http, event, payload);
  }

  /** Follow more streams, from now on. -> {heads, refused}. */
  async open(names) {
    const wanted = names.filter((name) => !this.streams.has(name));
    const answer = this.condition.open ? await this.connection.send('feed:open', { streams: wanted }) : await this.http(wanted);
    if (this.streams.sameLife(answer)) for (const [stream, head] of Object.entries(answer.heads)) this.streams.open(stream, head);
    return { heads: answer.heads, refused: wanted.filter((name) => !(name in answer.heads)) };
  }
}
