// 通知 on the desktop, for whoever asks for them in this browser: that there is something new and not a word of what, in
// office hours, without a sound unless that is wanted too. Browsers have them in a secure context only.

import { one, show } from '../lib/dom.js';

const WAIT_MS = 600;
const SEEN_MS = 5_000;
const TAG = 'hub-inbox'; // however many tabs tell, one is shown

const wishKey = (staffId) => `hub:desktop:${staffId}`;
const seenKey = (staffId) => `hub:seen:${staffId}`;

/** What this browser can do: insecure, unknown (it has none), default, denied, granted. */
export function ability(browser = globalThis) {
  if (!browser.isSecureContext) return 'insecure';
  return browser.Notification?.permission ?? 'unknown';
}

export class Desktop {
  /** `deps`: me, store, words, hidden() of this page, browser, later, now. */
  constructor({ me, store, words, hidden = () => document.hidden, browser = globalThis, later = (fn, ms) => setTimeout(fn, ms), now = () => Date.now() }) {
    Object.assign(this, { me, store, words, hidden, browser, later, now });
  }

  /** off, silent or sound. */
  get wish() {
    return this.store.get(wishKey(this.me.staff_id)) ?? 'off';
  }

  set wish(wish) {
    this.store.set(wishKey(this.me.staff_id), wish);
  }

  /** Something new has come. A page that is looked at tells the others that it was seen; they wait for that. */
  tell({ quiet }) {
    if (!this.hidden()) this.store.set(seenKey(this.me.staff_id), String(this.now()));
    else if (!quiet && this.wish !== 'off' && ability(this.browser) === 'granted') this.later(() => this.notify(), WAIT_MS);
  }

  notify() {
    const seen = Number(this.store.get(seenKey(this.me.staff_id)) ?? 0);
    if (this.now() - seen < SEEN_MS) return;
    const { Notification } = this.browser;
    const shown = new Notification(this.words.inbox, { body: this.words.hub, tag: TAG, silent: this.wish !== 'sound' });
    shown.onclick = () => {
      this.browser.focus?.();
      shown.close();
    };
  }
}

/** The settings, on the page of one's profile. */
export function mountDesktop(desktop) {
  const settings = one('[data-desktop]');
  if (!settings) return;
  const [use, sound] = ['use', 'sound'].map((name) => one(`[name=desktop-${name}]`, settings));
  const draw = () => {
    const can = ability();
    const on = can === 'granted' && desktop.wish !== 'off';
    Object.assign(use, { checked: on, disabled: can === 'insecure' || can === 'unknown' });
    Object.assign(sound, { checked: on && desktop.wish === 'sound', disabled: !on });
    for (const name of ['insecure', 'unknown', 'denied']) show(settings, name, can === name);
  };
  use.addEventListener('change', async () => {
    const wanted = use.checked;
    if (wanted && ability() === 'default') await globalThis.Notification.requestPermission();
    desktop.wish = wanted && ability() === 'granted' ? 'silent' : 'off';
    draw();
  });
  sound.addEventListener('change', () => {
    desktop.wish = sound.checked ? 'sound' : 'silent';
    draw();
  });
  draw();
}
