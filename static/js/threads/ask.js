// The page on which a thread is begun: a plain form, which keeps what is written and sends files ahead of itself.

import { one, show } from '../lib/dom.js';
import { FileTray } from '../files/tray.js';
import { sendByKey, showCount } from './composer.js';
import { DraftKeeper } from './drafts.js';

/** Harmless on every other page. `deps` as in composer.js. */
export function mountAsk(deps) {
  const form = one('.main > [data-composer]');
  if (!form) return;
  const area = form.elements.body;
  const drafts = new DraftKeeper(form.dataset.place, deps);
  const tray = one('[data-tray]', form) ? new FileTray(form, deps) : null;
  const { body } = drafts.restore(area.value);
  if (area.value !== body) area.value = body;
  const count = () => showCount(form, area.value, Number(form.dataset.limit));
  count();
  area.addEventListener('input', () => {
    count();
    drafts.keep(area.value);
    show(form, 'unkept', area.value !== '' && drafts.fleeting);
  });
  area.addEventListener('keydown', (event) => sendByKey(event, form));
  form.addEventListener('submit', (event) => submit(event, form, drafts, tray));
}

function submit(event, form, drafts, tray) {
  const going = event.submitter?.value === 'send';
  if (tray?.holds(event, { despite: !going })) return;
  one('[data-choose]', form).value = '';
  if (!going) return;
  drafts.drop();
  tray?.basket.forget();
}
