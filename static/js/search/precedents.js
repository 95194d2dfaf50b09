// For supporters: what was answered like the question at hand, fetched after the page so that it keeps nobody waiting.

import { slot } from '../lib/dom.js';

export async function mountPrecedents(box, fetcher = (...args) => fetch(...args)) {
  if (!box) return;
  const answer = await fetcher(box.dataset.precedents, { headers: { Accept: 'text/html' } }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const found = page.getElementById('precedents');
  if (found) slot(box, 'found').replaceChildren(...document.importNode(found, true).childNodes);
}
