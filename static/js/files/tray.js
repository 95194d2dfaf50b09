// The files of one composer: chosen, dropped or pasted, drawn with the page's <template id="tray-item">.

import { clone, one, show, slot, text } from '../lib/dom.js';
import { clientId } from '../lib/ids.js';
import { inTurn } from '../lib/turns.js';
import { sizeWords } from './attachments.js';
import { Basket, isForLater } from './basket.js';
import { clipboardOf, meaningOf } from './pasting.js';
import { upload } from './upload.js';

export class FileTray {
  /** `deps` = {http, me, store, keeper, words, limits}, handOver as in basket.js, and drawn() that is told of each change. */
  constructor(form, deps) {
    Object.assign(this, { form, deps, elements: new Map() });
    this.list = slot(form, 'tray');
    const known = this.takeOver();
    this.basket = new Basket({
      staffId: deps.me.staff_id,
      place: form.dataset.place,
      store: deps.store,
      keeper: deps.keeper,
      send: upload,
      inTurn,
      newId: clientId,
      limits: deps.limits,
      words: { failed: deps.words.files.failed, too_large: deps.words.files.too_large },
      changed: (items) => this.draw(items),
      handOver: deps.handOver,
      discard: (id) => deps.http.post(`/attachments/${id}/delete`, {}).catch(() => {}), // goes after a day in any case
    });
    this.basket.restore(known);
    this.listen();
  }

  /** What the server's page shows as boxes becomes part of the list. */
  takeOver() {
    const boxes = [...this.list.querySelectorAll('[data-kept] input')].filter((box) => box.checked);
    this.list.replaceChildren();
    return boxes.map((box) => JSON.parse(box.dataset.file));
  }

  listen() {
    const { form, basket } = this;
    const chooser = one('[data-choose]', form);
    chooser.addEventListener('change', () => {
      this.add([...chooser.files]);
      chooser.value = '';
    });
    form.addEventListener('paste', (event) => {
      const clipboard = clipboardOf(event);
      if (meaningOf(clipboard) !== 'files') return;
      event.preventDefault();
      this.add(clipboard.files);
    });
    form.addEventListener('dragover', (event) => this.drag(event, true));
    form.addEventListener('dragleave', (event) => this.drag(event, false));
    form.addEventListener('drop', (event) => {
      this.drag(event, false);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) this.add(files);
    });
    this.list.addEventListener('click', (event) => {
      const id = event.target.closest('[data-item]')?.dataset.item;
      if (event.target.closest('[data-tray-retry]')) basket.retry(id);
      if (event.target.closest('[data-tray-remove]')) this.remove(id);
    });
    addEventListener('storage', (change) => basket.heard(change));
    for (const name of ['online', 'hub:signed-in']) addEventListener(name, () => basket.retryLater());
  }

  /** A form that is sent while files are on their way waits for them, and stays when one of them failed. */
  holds(event) {
    if (!this.basket.sending && !this.basket.failed) return;
    event.preventDefault();
    this.goOn(event.submitter);
  }

  async goOn(button) {
    text(this.form, 'tray-said', this.deps.words.files.sending);
    await this.basket.settled();
    if (this.basket.failed) show(this.form, 'tray-error', true).textContent = this.deps.words.files.unfinished;
    else this.form.requestSubmit(button);
  }

  drag(event, over) {
    if (![...(event.dataTransfer?.types ?? [])].includes('Files')) return;
    event.preventDefault(); // else the browser would leave the page for the file
    this.form.classList.toggle('composer--dropping', over);
  }

  add(files) {
    const many = this.basket.add(files);
    const error = show(this.form, 'tray-error', many.length > 0);
    error.textContent = many.length > 0 ? `${this.deps.words.files.too_many} ${many.map((f) => f.name).join(', ')}` : '';
  }

  /** The keyboard's focus goes on to where the list is filled. */
  remove(id) {
    this.basket.remove(id);
    one('[data-choose]', this.form).focus();
  }

  draw(items) {
    // A field that grows under the finger would take the button away that it was about to touch.
    this.form.classList.toggle('composer--filled', items.length > 0);
    for (const item of items) this.drawItem(item);
    for (const [id, element] of this.elements) {
      if (items.some((item) => item.id === id)) continue;
      element.remove();
      this.elements.delete(id);
    }
    this.deps.drawn?.();
  }

  drawItem(item) {
    const element = this.elements.get(item.id) ?? this.newElement(item);
    text(element, 'tray-name', item.name);
    text(element, 'tray-size', item.size ? sizeWords(item.size) : '');
    const failed = item.state === 'failed';
    element.classList.toggle('tray__item--failed', failed);
    show(element, 'tray-progress', item.state === 'sending').value = item.per_cent;
    show(element, 'tray-fault', failed);
    text(element, 'tray-fault', item.fault?.message ?? '');
    one('[data-tray-retry]', element).hidden = !failed || !isForLater(item.fault); // what was refused once is refused again
    if (item.data && !one('input', element)) this.nowReady(element, item);
  }

  newElement(item) {
    const element = clone('tray-item');
    element.dataset.item = item.id;
    this.list.append(element);
    this.elements.set(item.id, element);
    return element;
  }

  /** A hidden field, so that the plain form sends it as well. */
  nowReady(element, item) {
    const field = document.createElement('input');
    Object.assign(field, { type: 'hidden', name: 'attachment_ids', value: item.data.attachment_id });
    element.append(field);
    text(this.form, 'tray-said', `${this.deps.words.files.added} ${item.name}`);
    this.deps.files?.set(item.data.attachment_id, item.data);
  }
}
