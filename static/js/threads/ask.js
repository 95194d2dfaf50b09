// The page on which a thread is begun. Sent from here, so that a failure leaves the page as it is; without this file its
// form does the same.

import { one } from '../lib/dom.js';
import { clientId } from '../lib/ids.js';
import { Composer } from './composer.js';

/** As under a conversation, but that the page goes on to what was sent. */
class AskComposer extends Composer {
  constructor(form, deps, go = (address) => location.assign(address)) {
    super(form, deps, (payload) => this.open(payload));
    this.go = go;
    this.clientId = form.elements.client_id.value; // pressed again it is still one thread
    for (const name of ['title', 'urgency']) form.elements[name]?.addEventListener('input', () => this.changed());
  }

  async open(payload) {
    try {
      const { data } = await this.deps.http.post(this.form.getAttribute('action'), payload);
      this.address = `/threads/${data.thread_id ?? this.form.dataset.threadId}`;
    } catch (fault) {
      // An earlier attempt arrived after all, with other words: whoever sends once more means a new one.
      if (fault?.code === 'conflict') this.form.elements.client_id.value = this.clientId = clientId();
      throw fault;
    }
  }

  /** The thread is there. */
  clear() {
    super.clear();
    this.go(this.address);
  }
}

/** Harmless on every other page. `deps` as in composer.js. */
export function mountAsk(deps) {
  const form = one('.main > [data-composer]');
  if (form) new AskComposer(form, deps);
}
