// The warning of personal data in a form: shown once for each text, so that the second attempt sends. It never blocks.

import { all, show, text } from '../lib/dom.js';
import { findCautions } from './caution.js';

export class Warning {
  /** `form` has the slots of templates/threads/_cautions.html; `words` = the page's texts. */
  constructor(form, words) {
    Object.assign(this, { form, words, shownFor: null });
    if (hiddenMark(form)?.value === '1') this.shownFor = writtenIn(form); // the server has warned of this already
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
    show(this.form, 'caution-next', kinds.length > 0);
    this.sayOnButton(kinds.length > 0);
    // Told to the server, which would warn once more of a form that is sent the plain way.
    const mark = hiddenMark(this.form);
    if (mark) mark.value = kinds.length > 0 ? '1' : '';
    return unseen;
  }

  /** What the next press means stands on the button. */
  sayOnButton(warned) {
    const button = this.form.querySelector('[data-anyway]');
    if (!button) return;
    button.dataset.usual ??= button.textContent;
    button.textContent = warned ? button.dataset.anyway : button.dataset.usual;
  }

  /** It was of another text. */
  changed(written) {
    if (this.shownFor !== null && this.shownFor !== written) this.show([], written);
  }
}

/** Where a plain form says that its reader was warned; a composer has a box to tick instead. */
const hiddenMark = ({ elements }) => (elements.confirmed?.type === 'hidden' ? elements.confirmed : null);

/** What can hold personal data in a form. */
export const writtenIn = (form) => ['title', 'body', 'reason'].map((name) => form.elements[name]?.value).filter(Boolean).join('\n');

/** Plain forms that warn: of a title, a summary, a message that is edited on a page of its own, a reason that
 * readers will see. */
export function mountWarnings({ words }) {
  for (const form of all('form[data-warns]')) {
    const warning = new Warning(form, words);
    form.addEventListener('submit', (event) => warning.check(writtenIn(form)) && event.preventDefault());
    form.addEventListener('input', () => warning.changed(writtenIn(form)));
  }
}
