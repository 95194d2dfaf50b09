// The number beside the お知らせ箱 while a page stays open. The page said it once; here it follows the feed.

const TOGETHER_MS = 300;

/** Asks for the number when the feed says that it has changed, several changes at once. */
export function followInbox({ feed, http, show, later = setTimeout }) {
  let timer = null;
  const ask = async () => {
    timer = null;
    const answer = await http.get('/inbox/count').catch(() => null);
    if (answer) show(answer.count);
  };
  feed.subscribe((_state, frame) => {
    if (frame?.type !== 'inbox:added' && frame?.type !== 'inbox:changed') return;
    timer ??= later(ask, TOGETHER_MS);
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
