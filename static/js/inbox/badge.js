// The number beside the お知らせ箱 while a page stays open. The page said it once; here it follows the feed.

import { fetchOnce } from '../lib/together.js';

const TOGETHER_MS = 300;
const CHANGES = new Set(['inbox:added', 'inbox:changed', 'access:changed']); // what may no longer be read counts no more

/** Asks for the number when the feed says that it has changed, several changes at once. */
export function followInbox({ feed, http, show, later = setTimeout }) {
  const soon = fetchOnce(http, '/inbox/count', (answer) => show(answer.count), later);
  feed.subscribe((_state, frame) => {
    if (!CHANGES.has(frame?.type)) return;
    soon(TOGETHER_MS);
  });
}

export function mountBadge({ feed, http, words, announce }) {
  const link = document.querySelector('[data-inbox]');
  if (!link) return;
  const badge = link.querySelector('.count');
  followInbox({
    feed,
    http,
    show: (count) => {
      const more = count > Number(badge.textContent);
      badge.textContent = String(count);
      badge.hidden = count === 0;
      if (more) announce(words.inbox);
    },
  });
}
