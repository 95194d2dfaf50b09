// For supporters: what was answered like the question at hand, fetched after the page so that it keeps nobody waiting.

import { one, slot } from '../lib/dom.js';

export async function mountPrecedents(box, fetcher = (...args) => fetch(...args)) {
  if (!box) return;
  box.hidden = true; // where nothing is like it, no room is taken from the conversation
  const answer = await fetcher(box.dataset.precedents, { headers: { Accept: 'text/html' } }).catch(() => null);
  const page = new DOMParser().parseFromString(answer?.ok ? await answer.text() : '', 'text/html');
  const found = page.getElementById('precedents');
  box.hidden = Boolean(found) && !found.querySelector('li');
  if (!found) return;
  slot(box, 'found').replaceChildren(...document.importNode(found, true).childNodes);
  for (const button of box.querySelectorAll('[data-quote]')) button.addEventListener('click', () => quote(button));
}

/** What is found and its address, in a line of its own of what is being written on this page. */
function quote(button) {
  const area = one('[data-composer="message"] textarea[name="body"]');
  if (!area) return;
  const line = `${button.dataset.quote} ${new URL(button.dataset.address, location.href).href}`;
  area.focus();
  area.value = `${area.value}${area.value && !area.value.endsWith('\n') ? '\n' : ''}${line}\n`;
  area.dispatchEvent(new Event('input', { bubbles: true }));
}
