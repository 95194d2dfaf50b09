// Menus (<details class="menu">): one is open at a time, Escape and a press outside close it, the focus goes back to what
// opened it, and none leaves the window. Without this file they open and close by themselves.

const MARGIN_PX = 8;

const itemsOf = (menu) => menu.querySelector(':scope > .menu__items');

/** Where a box of `size` goes that belongs to `anchor`: below it while there is room or more of it than above, and inside
 *  `view` = {width, height}. `toRight`: it begins where the anchor begins, else it ends where that ends. */
export function placed(anchor, size, view, toRight = false) {
  const below = view.height - anchor.bottom - MARGIN_PX;
  const above = anchor.top - MARGIN_PX;
  const up = size.height > below && above > below;
  const height = Math.min(size.height, Math.max(up ? above : below, 0));
  const wish = toRight ? anchor.left : anchor.right - size.width;
  const left = Math.max(MARGIN_PX, Math.min(wish, view.width - size.width - MARGIN_PX));
  return { left, top: up ? anchor.top - height : anchor.bottom, height };
}

/** Put `box` (position: fixed) at `anchor`. */
export function place(box, anchor, toRight) {
  box.style.maxHeight = ''; // from the last time
  const view = { width: document.documentElement.clientWidth, height: innerHeight };
  const { left, top, height } = placed(anchor.getBoundingClientRect(), { width: box.offsetWidth, height: box.offsetHeight }, view, toRight);
  Object.assign(box.style, { left: `${left}px`, top: `${top}px`, maxHeight: `${height}px`, visibility: 'visible' });
}

export function mountMenus() {
  let open = null;
  const close = (menu, back) => {
    menu.open = false;
    if (back) menu.querySelector('summary').focus();
  };
  const settle = () => open && place(itemsOf(open), open.querySelector('summary'), Boolean(open.closest('.message')));
  const opened = (menu) => {
    if (open && open !== menu) close(open, false);
    open = menu;
    settle();
  };
  document.addEventListener('toggle', ({ target }) => {
    if (!target.matches?.('details.menu')) return;
    if (target.open) opened(target);
    else if (open === target) open = null;
  }, true); // toggle does not bubble
  document.querySelectorAll('details.menu[open]').forEach(opened); // by whoever was quicker than the scripts
  document.addEventListener('click', ({ target }) => {
    // A question that a menu asked in a dialog is answered there: whoever says no goes on in the menu.
    if (open && target.isConnected && !open.contains(target) && !target.closest('dialog')) close(open, false);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented || !open) return;
    event.preventDefault();
    close(open, open.contains(document.activeElement) || document.activeElement === document.body);
  }, true);
  for (const moved of ['scroll', 'resize']) addEventListener(moved, settle, { capture: true, passive: true });
}
