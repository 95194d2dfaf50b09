// The warning of personal data in a form: shown once for each text, so that the second attempt sends. It never blocks.

import { all, show, text } from '../lib/dom.js';
import { findCautions } from './caution.js';

export class Warning {
  /** `form` has the slots of templates/threads/_cautions.html; `words` = the page's texts. */
  constructor(form, words) {
    Object.assign(this, { form, words, shownFor: null });
  }

  /** True while the reader has to look. */
  check(written) {
    return this.show(findCautions(written).map((c) => c.kind), written);
  }

  /** As `check`, with the kinds that somebody else found. */
  show(kinds, written) {
    const unseen = kinds.length > 0 && this.shownFor !== written;
    this.shownFor = kinds.length > 0 ? written : null;
    show(this.form, 'cautions', kinds.length > 0);
    text(this.form, 'caution-kinds', [...new Set(kinds)].map((kind) => this.words.cautions[kind]).join(', '));
    return unseen;
  }

  /** It was of another text. */
  changed(written) {
    if (this.shownFor !== null && this.shownFor !== written) this.show([], written);
  }
}

/** What can hold personal data in a form. */
export const writtenIn = (form) => ['title', 'body'].map((name) => form.elements[name]?.value).filter(Boolean).join('\n');

/** Plain forms that warn: of a title, a summary, a message that is edited on a page of its own. */
export function mountWarnings({ words }) {
  for (const form of all('form[data-warns]')) {
    const warning = new Warning(form, words);
    form.addEventListener('submit', (event) => warning.check(writtenIn(form)) && event.preventDefault());
    form.addEventListener('input', () => warning.changed(writtenIn(form)));
  }
}
