// What the feed needs of a browser, in one place: tests bring their own. The store is the page's one, so that whoever
// asks it what would be lost with the page hears of everything.

import { clientId } from '../lib/ids.js';
import { createHttp } from './http.js';
import { openSocket } from './socket.js';

export const browser = (store) => ({
  id: clientId(),
  http: createHttp(),
  store,
  openSocket,
  channel: (name) => ('BroadcastChannel' in globalThis ? new BroadcastChannel(name) : null),
  on: (name, listener) => addEventListener(name, listener),
  visible: () => !document.hidden,
  online: () => navigator.onLine !== false,
  reload: () => location.reload(),
  report: (fault) => reportError(fault),
  now: () => Date.now(),
  random: () => Math.random(),
  later: (fn, ms) => setTimeout(fn, ms),
  never: (timer) => clearTimeout(timer),
  every: (fn, ms) => setInterval(fn, ms),
});
