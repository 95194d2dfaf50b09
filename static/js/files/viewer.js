// A picture opens where it is, and the arrow keys go on to the next; Escape closes it, as any dialog. Without this file, and
// with Ctrl or the middle button, its link opens a tab.

import { all, slot, text } from '../lib/dom.js';

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

export function mountViewer() {
  const dialog = document.getElementById('viewer');
  if (!dialog) return;
  let link = null;
  const show = (chosen) => {
    link = chosen;
    const { src, alt } = chosen.querySelector('img');
    const picture = Object.assign(document.createElement('img'), { className: 'viewer__picture', src: chosen.href || src, alt });
    slot(dialog, 'picture').replaceChildren(picture);
    text(dialog, 'name', chosen.closest('.attachment').querySelector('.attachment__name')?.textContent ?? '');
    slot(dialog, 'open').href = chosen.href;
    for (const button of all('[data-step]', dialog)) button.disabled = !neighbour(Number(button.dataset.step));
  };
  const neighbour = (step) => {
    const links = all('.attachment__picture:not([hidden])');
    return links[links.indexOf(link) + step];
  };
  const go = (step) => neighbour(step) && show(neighbour(step));
  document.addEventListener('click', (event) => {
    const chosen = event.target.closest('.attachment__picture');
    if (!chosen || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(chosen);
    dialog.showModal();
  });
  dialog.addEventListener('click', ({ target }) => target.dataset.step && go(Number(target.dataset.step)));
  dialog.addEventListener('keydown', ({ key }) => STEPS[key] && go(STEPS[key]));
  // What it showed may be taken out later: it is not to stay in the page.
  dialog.addEventListener('close', () => {
    for (const name of ['picture', 'name']) slot(dialog, name).replaceChildren();
    link?.focus();
  });
}
