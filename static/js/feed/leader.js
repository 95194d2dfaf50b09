// One live connection per browser profile: a leader tab holds the socket, the others hear and send through it. Browsers
// open only six connections to a host; eight tabs with long polling would block each other.
//
// Elected by a heartbeat in localStorage, because navigator.locks is missing on plain http in closed networks.

const BEAT_MS = 1_000;
const STALE_MS = 1_900;
const TURN_MS = 400;
const ANSWER_MS = 10_000;

/** A tab's part in the shared connection. `deps`: name (with the staff id: nothing crosses between people), id, store,
 *  channel (a BroadcastChannel or null), makeSocket({listen, status}), listen(name, data), status(word), now(), random(),
 *  every(fn, ms), later(fn, ms), never(timer). */
export class SharedConnection {
  constructor(deps) {
    Object.assign(this, { deps, socket: null, asked: new Map(), number: 0, word: 'connecting', asking: false, ended: false });
    deps.channel?.addEventListener('message', ({ data }) => this.hear(data));
    deps.every(() => this.beat(), BEAT_MS);
    this.beat();
    if (!this.leads) this.say({ kind: 'what' });
  }

  get leads() {
    return this.socket !== null;
  }

  holder() {
    const [id, at] = (this.deps.store.get(this.deps.name) ?? '').split(' ');
    return { id, fresh: Boolean(id) && Math.abs(this.deps.now() - Number(at)) < STALE_MS };
  }

  /** Take the lead when nobody has it, keep it while it is ours, give it up when another tab has it. */
  beat() {
    if (this.ended) return;
    const { id, fresh } = this.holder();
    const ours = id === this.deps.id || !id || !this.deps.channel;
    if (ours || (this.leads && !fresh)) this.lead();
    else if (fresh) this.follow();
    else this.doubt();
  }

  /** A silent leader may only be slow, as browsers slow down hidden tabs: ask before taking over. */
  doubt() {
    if (this.asking) this.lead();
    else this.say({ kind: 'what' });
    this.asking = !this.leads;
  }

  lead() {
    this.asking = false;
    this.deps.store.set(this.deps.name, `${this.deps.id} ${this.deps.now()}`);
    if (this.leads) return;
    this.tell('connecting');
    this.socket = this.deps.makeSocket({ listen: (name, data) => this.spread(name, data), status: (word) => this.tell(word) });
  }

  follow() {
    this.asking = false;
    if (!this.leads) return;
    this.close();
    this.told('connecting');
    this.say({ kind: 'what' });
  }

  close() {
    this.socket?.close();
    this.socket = null;
  }

  /** This tab goes away: let another take over at once. */
  leave() {
    if (!this.leads) return;
    this.close();
    if (this.holder().id === this.deps.id) this.deps.store.remove(this.deps.name);
    this.say({ kind: 'leaving' });
  }

  /** No longer take part, as long as the browser is signed in as somebody else. */
  end() {
    this.leave();
    Object.assign(this, { ended: true, word: 'connecting' });
  }

  resume() {
    if (!this.ended) return;
    this.ended = false;
    this.beat();
    if (!this.leads) this.say({ kind: 'what' });
  }

  spread(name, data) {
    this.deps.listen(name, data);
    this.say({ kind: 'event', name, data });
  }

  tell(word) {
    this.told(word);
    this.say({ kind: 'status', word });
  }

  told(word) {
    this.word = word;
    this.deps.status(word);
  }

  say(message) {
    this.deps.channel?.postMessage({ from: this.deps.id, ...message });
  }

  hear(message) {
    if (this.ended) return;
    if (this.leads) this.hearAsLeader(message);
    else this.hearAsFollower(message);
  }

  hearAsLeader(message) {
    if (message.kind === 'what') this.say({ kind: 'status', word: this.word });
    if (message.kind === 'send' && message.to === this.deps.id) this.forward(message);
  }

  hearAsFollower(message) {
    if (message.kind === 'event') this.deps.listen(message.name, message.data);
    if (message.kind === 'status') {
      this.asking = false;
      if (message.word !== this.word) this.told(message.word);
    }
    // Not all at once: the first takes the lead, and the others see it.
    if (message.kind === 'leaving') this.deps.later(() => this.beat(), this.deps.random() * TURN_MS);
    if (message.kind === 'ack' && message.to === this.deps.id) this.answered(message);
  }

  /** Send by whoever holds the socket. Rejects with {code, message, …}. */
  send(event, payload) {
    if (this.leads) return this.socket.send(event, payload);
    const number = (this.number += 1);
    return new Promise((resolve, reject) => {
      const late = () => this.answered({ number, error: { code: 'timeout', message: '' } });
      this.asked.set(number, { resolve, reject, timer: this.deps.later(late, ANSWER_MS) });
      this.say({ kind: 'send', to: this.holder().id, number, event, payload });
    });
  }

  async forward({ from, number, event, payload }) {
    const answer = { kind: 'ack', to: from, number };
    try {
      this.say({ ...answer, data: await this.socket.send(event, payload) });
    } catch (error) {
      this.say({ ...answer, error });
    }
  }

  answered({ number, data, error }) {
    const waiting = this.asked.get(number);
    if (!waiting) return;
    this.asked.delete(number);
    this.deps.never(waiting.timer);
    if (error) waiting.reject(error);
    else waiting.resolve(data);
  }
}
