// What stands beside a conversation: a column while the window is wide, where the reader's choice is remembered, and a
// drawer over it in a narrow one, which Escape and a press outside close. The choice is a cookie of this browser: the
// server leaves the column its place, so that the conversation does not move when this file arrives.

import { one } from '../lib/dom.js';

const WIDE = '(min-width: 80rem)';
const CLOSED = 'hub_side=closed';
const YEAR_S = 31_536_000;

export function mountSide(pane) {
  const side = one('[data-side]', pane);
  if (!side) return;
  const panes = pane.closest('.panes');
  const wide = matchMedia(WIDE);
  const settle = () => {
    side.open = wide.matches ? !document.cookie.split('; ').includes(CLOSED) : false;
  };
  side.addEventListener('toggle', () => {
    panes.classList.toggle('panes--side', side.open);
    if (wide.matches) document.cookie = `${CLOSED}; path=/; SameSite=Lax; max-age=${side.open ? 0 : YEAR_S}`;
  });
  wide.addEventListener('change', settle);
  settle();
  if (location.hash.startsWith('#note-')) {
    side.open = true;
    document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }
  const close = () => {
    side.open = false;
    one('summary', side).focus();
  };
  side.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented || wide.matches || !side.open) return;
    event.preventDefault();
    close();
  });
  document.addEventListener('click', ({ target }) => {
    if (side.open && !wide.matches && target.isConnected && !side.contains(target)) side.open = false;
  });
}
