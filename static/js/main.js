// Starts whatever the page at hand needs. Every page works without this; with it, pages live.

import { watchSession } from './accounts/session.js';
import { browser } from './feed/browser.js';
import { mountDerived } from './feed/derived.js';
import { createFeed } from './feed/feed.js';
import { mountUnsent } from './feed/unsent.js';
import { createHttp } from './feed/http.js';
import { askInPage, watchSignOut } from './feed/leaving.js';
import { mountAsk } from './threads/ask.js';
import { mountImport } from './exchange/progress.js';
import { guardLeaving } from './feed/leaving_page.js';
import { createKeeper } from './files/keeper.js';
import { mountTablePasting } from './files/pasting.js';
import { mountHome } from './home/home.js';
import { mountViewer } from './files/viewer.js';
import { mountBadge } from './inbox/badge.js';
import { Desktop, mountDesktop } from './inbox/desktop.js';
import { announcer, troubleTold } from './lib/announcing.js';
import { mountCopying } from './lib/copying.js';
import { all, one } from './lib/dom.js';
import { mountKeys } from './lib/keys.js';
import { mountMenus } from './lib/menus.js';
import { createStore } from './lib/storage.js';
import { keepFresh, refresh, times } from './lib/times.js';
import { mountCaseForm } from './library/case_form.js';
import { mountFilter } from './library/filter.js';
import { mountRooms } from './rooms/list.js';
import { mountFinder } from './search/finder.js';
import { mountPrecedents } from './search/precedents.js';
import { mountSuggestions } from './search/suggest.js';
import { mountThreadList } from './threads/list.js';
import { mountThread } from './threads/page.js';
import { mountWarnings } from './threads/warning.js';

document.documentElement.dataset.js = '';

const jsonOf = (id) => JSON.parse(document.getElementById(id)?.textContent ?? 'null');

function start() {
  const formatter = times(document.documentElement.lang);
  // One of each: where the browser keeps nothing, what they hold in its stead is known to all of the page.
  const [store, keeper] = [createStore(), createKeeper()];
  keepFresh(formatter);
  mountKeys(store);
  mountMenus();
  mountCopying();
  mountTablePasting();
  mountViewer();
  watchSession();
  mountFinder({ http: createHttp() });
  mountPrecedents(one('[data-precedents]'));
  const person = document.getElementById('session-warning')?.dataset.staffId;
  if (person) {
    watchSignOut(one('[data-sign-out]'), person, { store, http: createHttp(), keeper, ask: askInPage });
  }
  const importing = one('[data-import]');
  if (importing) mountImport(importing, { http: createHttp(), number: (n) => n.toLocaleString(document.documentElement.lang) });
  one('[data-action="print"]')?.addEventListener('click', () => print());
  const announce = announcer(document.getElementById('hub-live')); // one for all: what comes together is said together
  mountFilter({ announce, refresh: (root) => refresh(formatter, root) });
  const page = jsonOf('hub-page');
  document.getElementById('hub-page')?.replaceChildren(); // the feed's state takes over: what is removed must not stay here
  const feed = page ? startFeed(page, { times: formatter, store, keeper, announce }) : null;
  if (person) mountUnsent(person, { store, http: createHttp(), feed, here: page?.thread_id ?? null });
  one('.error-summary')?.focus(); // whoever sent a form begins where it is said what was wrong
}

function startFeed(page, parts) {
  const words = jsonOf('hub-texts');
  const feed = createFeed(page, browser(parts.store));
  const deps = {
    ...parts,
    feed,
    words,
    me: page.me,
    http: createHttp(),
    limits: page.limits,
    files: new Map(), // what this page knows of files by id, until their messages are seen
  };
  showConnection(feed, deps);
  guardLeaving(deps);
  mountAsk(deps);
  const send = (event, payload) => feed.send(event, payload);
  for (const form of all('[data-composer="thread"]')) mountSuggestions(form, { send, http: deps.http });
  mountWarnings(deps);
  mountCaseForm(deps);
  const desktop = new Desktop(deps);
  mountDesktop(desktop);
  mountBadge({ ...deps, desktop });
  mountDerived(deps);
  mountHome(deps);
  mountRooms(deps);
  mountThreadList(page, deps);
  if (page.thread) mountThread(page, deps);
  return feed;
}

/** The state of the connection, in words. At first there are none: what appears then would move the page. */
function showConnection(feed, { words, announce }) {
  let begun = false;
  const tell = troubleTold(announce, words.connection);
  const sign = document.getElementById('hub-connection');
  feed.onStatus((status) => {
    sign.dataset.status = status;
    tell(status);
    begun ||= status !== 'connecting';
    sign.textContent = begun ? words.connection[status] : '';
    sign.classList.toggle('connection--live', status === 'live');
    if (status === 'signed_out') dispatchEvent(new Event('hub:signed-out')); // session.js offers to sign in again
    sign.classList.toggle('connection--offline', status === 'offline' || status === 'signed_out');
  });
}

start();
