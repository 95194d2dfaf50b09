// A button that copies what stands in a field. Where the browser gives no clipboard (plain http), the field is selected
// and the browser's older command asked.

import { one } from './dom.js';

async function copy(field) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch { /* refused: the other way */ }
  }
  field.select();
  return document.execCommand('copy');
}

/** `data-copy` names the field; beside the button stands where it is said what came of it. */
export function mountCopying(root = document) {
  for (const button of root.querySelectorAll('[data-copy]')) {
    const said = one('[data-slot="copied"]', button.parentElement);
    button.addEventListener('click', async () => {
      const field = document.getElementById(button.dataset.copy);
      const done = await copy(field);
      said.textContent = done ? said.dataset.done : said.dataset.failed;
      if (done) button.focus();
      else field.select();
    });
  }
}
