// The number beside the 通知 while a page stays open, the same in the page's title, and a dot on its icon. The page said
// them once; here they follow the feed.

import { fetchOnce } from '../lib/together.js';

const TOGETHER_MS = 300;
const CHANGES = new Set(['inbox:added', 'inbox:changed', 'access:changed']); // what may no longer be read counts no more

/** Asks for the number when the feed says that it has changed, several changes at once. */
export function followInbox({ feed, http, show, later = setTimeout }) {
  const soon = fetchOnce(http, '/inbox/count', show, later);
  feed.subscribe((_state, frame) => {
    if (!CHANGES.has(frame?.type)) return;
    soon(TOGETHER_MS);
  });
}

const prefix = (count) => (count > 0 ? `(${count}) ` : '');

/** The title with the number that stands in it made another: 「(3) ホーム」. It may begin with other words, as of a fault. */
export const retitled = (title, before, now) => title.replace(prefix(before), () => prefix(now));

export function mountBadge({ feed, http, words, announce, desktop }) {
  const link = document.querySelector('[data-inbox]');
  if (!link) return;
  const badge = link.querySelector('.count');
  const icon = document.querySelector('link[rel="icon"]');
  followInbox({
    feed,
    http,
    show: ({ count, quiet }) => {
      const before = Number(badge.textContent);
      badge.textContent = String(count);
      badge.hidden = count === 0;
      document.title = retitled(document.title, before, count);
      icon.href = count > 0 ? icon.dataset.news : icon.dataset.quiet;
      if (count <= before) return;
      announce(words.inbox);
      desktop.tell({ quiet });
    },
  });
}
