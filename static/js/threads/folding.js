// How much room a composer under a conversation takes: one line while nobody writes in it, and as much as is written
// while somebody does. What it looks like is static/css/threads/composer.css; without this file it is simply open.

import { one, show, slot } from '../lib/dom.js';
import { enterSends } from '../lib/keys.js';
import { findCautions } from './caution.js';

const NEAR = 0.9; // of the most that may be written: from here on the count is shown

export class Folding {
  constructor(form, store) {
    Object.assign(this, { form, store, area: form.elements.body, open: false });
    this.tellKeys();
    document.addEventListener('hub:keys', () => this.tellKeys());
    this.area.addEventListener('scroll', () => { slot(form, 'mirror').scrollTop = this.area.scrollTop; });
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
    this.markCautions();
  }

  /** Behind the text: what the warning speaks of, while it is shown. */
  markCautions() {
    const { form, area } = this;
    const found = slot(form, 'cautions').hidden ? [] : findCautions(area.value);
    const parts = [];
    let from = 0;
    for (const { start, end } of found) {
      const mark = Object.assign(document.createElement('mark'), { textContent: area.value.slice(start, end) });
      parts.push(area.value.slice(from, start), mark);
      from = end;
    }
    slot(form, 'mirror').replaceChildren(...(parts.length > 0 ? [...parts, area.value.slice(from)] : []));
  }

  tellKeys() {
    const enter = enterSends(this.store);
    show(this.form, 'keys', !enter);
    show(this.form, 'keys-enter', enter);
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
