// Lists that live: when the feed says that they have changed, the page asks for them anew, as HTML that the server made
// of the same template. Nothing jumps under the mouse: what is new waits behind a quiet line until the reader wants it,
// and while the mouse is among the rows none of them moves.
//
// Mark-up: [data-living=address] around sections [data-section] of rows [data-row=key]; [data-news]: what a further row of
// the section is called, {one, other}; [data-moved]: a row counts as new here although it stood elsewhere on the page.

import { one, show, text } from './dom.js';
import { counted } from './plural.js';
import { askOnce } from './together.js';

const FRESH = 'living-row--new';

const rowsOf = (root) => [...root.querySelectorAll('[data-row]')];
const sectionOf = (row) => row.closest('[data-section]');
const placeOf = (row) => `${sectionOf(row)?.dataset.section} ${row.dataset.row}`;

/** The rows of `fresh` that are news to somebody who sees `shown`; both lists of {place, key, moved}. */
export function newsAmong(shown, fresh) {
  const [places, keys] = [new Set(shown.map((row) => row.place)), new Set(shown.map((row) => row.key))];
  return fresh.filter((row) => !places.has(row.place) && (row.moved || !keys.has(row.key)));
}

const facts = (root) =>
  rowsOf(root).map((row) => ({ row, place: placeOf(row), key: row.dataset.row, moved: 'moved' in (sectionOf(row)?.dataset ?? {}) }));

/** What a row says, without what differs from one asking to the next: its token, and times as this page words them. */
function saying(row) {
  const plain = row.cloneNode(true);
  plain.classList.remove(FRESH);
  for (const field of plain.querySelectorAll('[name=csrf_token]')) field.setAttribute('value', '');
  for (const time of plain.querySelectorAll('time')) time.replaceWith(time.dateTime);
  return plain.innerHTML;
}

const isTypedIn = (row) => [...row.querySelectorAll('input, textarea')].some((field) => field.value !== field.defaultValue);

export class Living {
  /** `line`: the quiet line. `deps`: http, words, and refresh(element) for times. */
  constructor(root, line, deps) {
    Object.assign(this, { root, line, deps, fresh: null, number: 0, late: false });
    this.soon = askOnce(() => this.ask());
    root.addEventListener('pointerleave', () => this.settle());
    one('button', line).addEventListener('click', () => this.lift());
    document.addEventListener('visibilitychange', () => (document.hidden ? this.settle() : this.late && this.ask()));
  }

  /** Several changes within `ms` are one question; a page that nobody sees asks when it is seen. */
  changed(ms) {
    this.soon(ms);
  }

  async ask() {
    this.late = document.hidden;
    if (this.late) return;
    const number = (this.number += 1);
    const answer = await this.deps.http.get(this.root.dataset.living).catch(() => null);
    if (answer && number === this.number) this.take(answer.html);
  }

  take(html) {
    this.fresh = new DOMParser().parseFromString(html, 'text/html').body;
    this.patch();
    this.settle();
  }

  get news() {
    return newsAmong(facts(this.root), facts(this.fresh));
  }

  settle() {
    if (!this.fresh) return;
    const { news } = this;
    this.say(news);
    const pointed = this.root.matches(':hover') && !document.hidden;
    if (news.length === 0 && !pointed && !rowsOf(this.root).some(isTypedIn)) this.put();
  }

  /** Rows that are there say what they say now; the others wait. */
  patch() {
    const fresh = facts(this.fresh);
    for (const row of rowsOf(this.root)) {
      const now = (fresh.find((f) => f.place === placeOf(row)) ?? fresh.find((f) => f.key === row.dataset.row))?.row;
      row.toggleAttribute('data-gone', !now);
      if (now && saying(now) !== saying(row) && !isTypedIn(row)) this.replace(row, now.cloneNode(true));
    }
    for (const head of this.root.querySelectorAll('[data-section] > h2')) {
      const now = this.fresh.querySelector(`[data-section] > h2[id="${CSS.escape(head.id)}"]`);
      if (now && now.innerHTML !== head.innerHTML) head.replaceWith(now.cloneNode(true));
    }
  }

  replace(row, now) {
    const focused = row.contains(document.activeElement) ? focusables(row).indexOf(document.activeElement) : -1;
    row.replaceWith(now);
    this.deps.refresh(now);
    focusables(now)[focused]?.focus({ preventScroll: true });
  }

  say(news) {
    const sections = [...new Set(news.map(({ row }) => sectionOf(row)))];
    const said = sections.map((section) => {
      const forms = section.dataset.news ? JSON.parse(section.dataset.news) : this.deps.words.news;
      return counted(forms, news.filter(({ row }) => sectionOf(row) === section).length);
    });
    show(this.line, 'line', news.length > 0);
    text(this.line, 'news', said.join(this.deps.words.between_facts));
  }

  /** The reader wants what is new: it comes in, and the keyboard goes on there. */
  lift() {
    const places = new Set(this.news.map((row) => row.place));
    this.put();
    const fresh = rowsOf(this.root).filter((row) => places.has(placeOf(row)));
    for (const row of fresh) row.classList.add(FRESH);
    if (fresh.length > 0) focusables(fresh[0])[0]?.focus();
  }

  /** The lists become the fresh ones, but for rows in which somebody is writing. */
  put() {
    const { fresh, root } = this;
    const focused = document.activeElement?.closest?.('[data-row]');
    const at = focused && root.contains(focused) ? [placeOf(focused), focusables(focused).indexOf(document.activeElement)] : null;
    for (const row of rowsOf(root).filter(isTypedIn)) rowsOf(fresh).find((r) => placeOf(r) === placeOf(row))?.replaceWith(row);
    root.replaceChildren(...fresh.childNodes);
    this.deps.refresh(root);
    if (at) focusables(rowsOf(root).find((row) => placeOf(row) === at[0]))[at[1]]?.focus({ preventScroll: true });
    this.fresh = null;
    this.say([]);
  }
}

const focusables = (row) => [...(row?.querySelectorAll('a, button, input:not([type=hidden]), textarea, summary') ?? [])];
