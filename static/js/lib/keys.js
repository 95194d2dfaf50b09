// `?`, or a button in the menu of the person, lists the keys. Single keys can be switched off in that list (WCAG 2.1.4) and never act while somebody types.

const OFF = 'hub:keys-off';
const ENTER = 'hub:enter-sends';
const TYPING = 'input, textarea, select, [contenteditable="true"]';

/** Whether this person sends with Enter alone. */
export const enterSends = (store) => store?.get(ENTER) === '1';

/** Move the focus to the neighbour of the focused element among `selector`. */
function step(selector, by) {
  const items = [...document.querySelectorAll(selector)].filter((e) => e.offsetParent !== null);
  const at = items.findIndex((e) => e === document.activeElement || e.contains(document.activeElement));
  const next = items[at === -1 ? (by > 0 ? 0 : items.length - 1) : Math.max(0, Math.min(items.length - 1, at + by))];
  (next?.querySelector('a') && !next.hasAttribute('tabindex') ? next.querySelector('a') : next)?.focus();
}

const focus = (selector) => document.querySelector(selector)?.focus();

const listKeys = () => document.getElementById('keys')?.showModal();

/** From a menu: it closes, and the focus is to come back to what opened it. */
function openFrom(button) {
  const menu = button.closest('details.menu');
  if (menu) {
    menu.open = false;
    menu.querySelector('summary').focus();
  }
  listKeys();
}

const KEYS = {
  '?': listKeys,
  c: () => focus('#composer textarea, [data-composer] textarea'),
  '/': () => document.dispatchEvent(new Event('hub:find')),
  j: () => step('.message', 1),
  k: () => step('.message', -1),
  n: () => step('.thread-item', 1),
  p: () => step('.thread-item', -1),
  h: () => location.assign('/'),
  r: () => location.assign('/rooms'),
};

/** Escape leaves the composer, for the newest message: what is written stays. */
const leaves = (event) => event.key === 'Escape' && !event.defaultPrevented && event.target.matches('[data-composer] textarea');

export function mountKeys(store) {
  const on = document.querySelector('[data-keys-on]');
  if (on) {
    on.checked = store.get(OFF) !== '1';
    on.addEventListener('change', () => (on.checked ? store.remove(OFF) : store.set(OFF, '1')));
  }
  for (const button of document.querySelectorAll('[data-action="keys"]')) button.addEventListener('click', () => openFrom(button));
  const enter = document.querySelector('[data-enter-sends]');
  if (enter) {
    enter.checked = enterSends(store);
    enter.addEventListener('change', () => {
      if (enter.checked) store.set(ENTER, '1');
      else store.remove(ENTER);
      document.dispatchEvent(new Event('hub:keys'));
    });
  }
  document.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (leaves(event)) step('.message', -1);
    if (event.target.closest(TYPING) || document.querySelector('dialog[open]') || store.get(OFF) === '1') return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
