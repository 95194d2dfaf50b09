// The list of names behind an @ in a composer: an accessible combobox (ARIA authoring practices, list autocomplete).

import { place } from '../lib/menus.js';
import { composing } from './composer.js';

// Not behind a Latin letter or digit: there it is an address of mail.
export const PATTERN = /(?<![A-Za-z0-9０-９Ａ-Ｚａ-ｚ._%+-])[@＠]([^\s@＠]{0,20})$/u;
const MOST = 8;

const folded = (text) => text.normalize('NFKC').toLowerCase().replace(/[ァ-ヶ]/gu, (c) => String.fromCharCode(c.charCodeAt(0) - 0x60));

/** Those of `people` ({name, kana, of}) whose name or kana contains what was typed; names that begin so come first. */
export function matching(people, typed) {
  const wanted = folded(typed);
  const found = people.filter((p) => folded(p.name).includes(wanted) || folded(p.kana).includes(wanted));
  const begins = (p) => (folded(p.name).startsWith(wanted) || folded(p.kana).startsWith(wanted) ? 0 : 1);
  return found.sort((a, b) => begins(a) - begins(b)).slice(0, MOST);
}

/** Whether Enter may take the first of the list unasked: not where nothing was typed yet or letters of an address stand. */
export const preselected = (typed) => typed !== '' && !/^[\x20-\x7E]/.test(typed);

export class MentionPicker {
  /** `label`: what the list is called. */
  constructor(area, roomId, http, label) {
    Object.assign(this, { area, roomId, http, people: null, chosen: -1, items: [] });
    this.box = document.createElement('ul');
    this.box.className = 'suggest';
    this.box.id = `${area.id}-suggest`;
    this.box.setAttribute('role', 'listbox');
    this.box.setAttribute('aria-label', label);
    this.box.hidden = true;
    area.after(this.box);
    area.setAttribute('aria-controls', this.box.id);
    area.setAttribute('aria-autocomplete', 'list');
    area.addEventListener('input', () => this.suggest());
    area.addEventListener('keydown', (event) => this.key(event));
    area.addEventListener('blur', () => setTimeout(() => this.close(), 150));
  }

  typed() {
    return PATTERN.exec(this.area.value.slice(0, this.area.selectionStart));
  }

  async suggest() {
    if (!this.typed()) {
      this.close();
      return;
    }
    this.people ??= this.http.get(`/rooms/${this.roomId}/mentionable`).then((answer) => answer.mentionable);
    const people = await this.people.catch(() => []);
    const match = this.typed();
    if (match) this.open(matching(people, match[1]));
  }

  open(people) {
    this.chosen = preselected(this.typed()?.[1] ?? '') ? 0 : -1;
    this.items = people.map((person, index) => this.item(person, index));
    this.box.replaceChildren(...this.items);
    this.box.hidden = people.length === 0;
    if (!this.box.hidden) place(this.box, this.area, true);
    this.mark();
  }

  item(person, index) {
    const item = document.createElement('li');
    item.className = 'suggest__item';
    item.id = `${this.box.id}-${index}`;
    item.setAttribute('role', 'option');
    item.dataset.name = person.name;
    item.textContent = person.of ? `${person.name} · ${person.of}` : person.name;
    item.addEventListener('mousedown', (event) => {
      event.preventDefault();
      this.take(person.name);
    });
    return item;
  }

  mark() {
    for (const [index, item] of this.items.entries()) item.setAttribute('aria-selected', String(index === this.chosen));
    if (this.box.hidden || this.chosen < 0) this.area.removeAttribute('aria-activedescendant');
    else this.area.setAttribute('aria-activedescendant', this.items[this.chosen].id);
  }

  key(event) {
    if (this.box.hidden || composing(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.chosen = (Math.max(this.chosen, step < 0 ? 0 : -1) + step + this.items.length) % this.items.length;
    else if (event.key === 'Escape') this.close();
    else if (event.key === 'Enter' && !event.ctrlKey && !event.shiftKey && this.chosen >= 0) this.take(this.items[this.chosen].dataset.name);
    else return;
    event.preventDefault();
    this.mark();
  }

  take(name) {
    const match = this.typed();
    const end = this.area.selectionStart;
    if (match) this.area.setRangeText(`@${name} `, end - match[0].length, end, 'end');
    this.close();
    this.area.dispatchEvent(new Event('input', { bubbles: true }));
  }

  close() {
    this.box.hidden = true;
    this.items = [];
    this.area.removeAttribute('aria-activedescendant');
  }
}
