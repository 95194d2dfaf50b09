// How far an import is. Without this script a link reads the page anew.

import { counted } from '../lib/plural.js';

const EVERY_MS = 1_000;

/** Asks until the import has ended or cannot be asked about; then `end` is called. */
export async function followImport(ask, show, { wait, every = EVERY_MS }) {
  for (;;) {
    await wait(every);
    const progress = await ask().catch((fault) => (fault.code === 'offline' || fault.code === 'timeout' ? null : { state: 'gone' }));
    if (!progress) continue;
    if (progress.state !== 'checking' && progress.state !== 'writing') return;
    show(progress);
  }
}

export function mountImport(section, { http, number, wait = (ms) => new Promise((done) => setTimeout(done, ms)), end = () => location.reload() }) {
  const bar = section.querySelector('progress');
  const words = section.querySelector('[data-slot="words"]');
  const show = ({ state, done, total }) => {
    bar.max = total || 1;
    if (state === 'checking') bar.value = done;
    else bar.removeAttribute('value');
    const forms = { one: section.dataset[`${state}One`], other: section.dataset[`${state}Other`] };
    const sentence = counted(forms, total, { shown: number(total) }).replace('{done}', number(done));
    if (words.textContent !== sentence) words.textContent = sentence;
  };
  const ask = async () => (await http.get(section.dataset.import)).data;
  return followImport(ask, show, { wait }).then(end);
}
