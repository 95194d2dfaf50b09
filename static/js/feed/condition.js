// How the page is connected, in the one word that people are told, from what several sources know of it.

/** live: the socket is there and this page's streams are open on it. connecting: not yet or not any more. offline: nothing
 *  gets through. signed_out: the sign-in ended, or the browser is signed in as somebody else. */
export class Condition {
  constructor(online, changed) {
    Object.assign(this, { online, changed, status: 'connecting' });
    Object.assign(this, { open: false, reachable: null, signedOut: false });
  }

  /** Learn something: any of {open, reachable, signedOut}. */
  learn(facts) {
    Object.assign(this, facts);
    const word = this.word();
    if (word === this.status) return;
    this.status = word;
    this.changed(word);
  }

  word() {
    if (this.signedOut) return 'signed_out';
    if (!this.online()) return 'offline';
    if (this.open) return 'live';
    return this.reachable === false ? 'offline' : 'connecting';
  }
}
