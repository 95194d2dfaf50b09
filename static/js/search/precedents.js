// For supporters: what was answered like the question at hand, fetched after the page so that it keeps nobody waiting.

import { slot } from '../lib/dom.js';

export async function mountPrecedents(box, fetcher = (...args) => fetch(...args)) {
  if (!box) return;
  box.hidden = true; // where nothing is like it, no room is taken from the conversation
  const answer = await fetcher(box.dataset.precedents, { headers: { Accept: 'text/html' } }).catch(() => null);
  const page = new DOMParser().parseFromString(answer?.ok ? await answer.text() : '', 'text/html');
  const found = page.getElementById('precedents');
  box.hidden = Boolean(found) && !found.querySelector('li');
  if (found) slot(box, 'found').replaceChildren(...document.importNode(found, true).childNodes);
}
