// How much room a composer under a conversation takes: one line while nobody writes in it, and as much as is written
// while somebody does. What it looks like is static/css/threads/composer.css; without this file it is simply open.

import { one, slot } from '../lib/dom.js';

const NEAR = 0.9; // of the most that may be written: from here on the count is shown

export class Folding {
  constructor(form) {
    Object.assign(this, { form, area: form.elements.body, open: false });
    if (!form.classList.contains('composer--inline')) return;
    this.plus = one('[data-action="options"]', form);
    this.plus.addEventListener('click', () => this.showOptions(!form.classList.contains('composer--options')));
    this.area.addEventListener('focus', () => this.enter(true));
    for (const used of ['click', 'keyup']) {
      // Nothing moves between the press on a button and its release, or the press would be lost.
      document.addEventListener(used, ({ target }) => form.contains(target) || this.enter(false));
    }
    if (form.elements.mark?.value) this.showOptions(true);
    this.enter(document.activeElement === this.area);
  }

  enter(open) {
    this.open = open;
    this.look();
  }

  /** To be called whenever something in the form has changed. */
  look() {
    const { form, area } = this;
    slot(form, 'grow').dataset.text = area.value;
    const length = [...area.value].length;
    slot(form, 'count').classList.toggle('composer__count--near', length > Number(form.dataset.limit) * NEAR);
    form.classList.toggle('composer--idle', this.isIdle());
  }

  isIdle() {
    const { form, area } = this;
    if (this.open || !this.plus || form.dataset.composer !== 'message' || area.value !== '') return false;
    if (form.classList.contains('composer--filled') || form.classList.contains('composer--options')) return false;
    return ['replying', 'error', 'cautions', 'closed', 'preview'].every((name) => slot(form, name)?.hidden ?? true);
  }

  showOptions(on) {
    this.form.classList.toggle('composer--options', on);
    this.plus.setAttribute('aria-expanded', String(on));
    this.look();
  }

  /** What was chosen went with the text. */
  reset() {
    if (this.plus) this.showOptions(false);
  }
}
