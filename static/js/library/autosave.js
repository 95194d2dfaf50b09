// The form of a case saves itself while somebody writes. Without this script its buttons do the same.

const DELAY_MS = 3_000;

/** Decides when to save. `send` resolves with {version}; `tell(state, words)` says how it stands: saving, saved,
 * conflict (somebody else changed the same fields: nothing more is sent by itself), refused, failed. */
export class Autosave {
  constructor({ send, tell, delay = DELAY_MS }) {
    Object.assign(this, { send, tell, delay, timer: null, flight: null, again: false, stopped: false });
  }

  changed() {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), this.delay);
  }

  /** One at a time: what changes meanwhile goes along with the next. */
  save() {
    clearTimeout(this.timer);
    this.timer = null;
    if (this.stopped) return Promise.resolve();
    if (this.flight) {
      this.again = true;
      return this.flight;
    }
    this.tell('saving');
    this.flight = this.send().then(
      () => this.tell('saved'),
      (fault) => this.fail(fault),
    );
    return this.flight.finally(() => {
      this.flight = null;
      if (!this.again) return;
      this.again = false;
      this.save();
    });
  }

  /** The page is about to go away: what waits for the pause waits no longer. False when something would be lost, because
   * what is on its way has to arrive first. */
  flush() {
    if (this.timer !== null) this.save();
    return !this.again;
  }

  fail(fault) {
    if (fault.code === 'conflict') {
      this.stopped = true;
      this.tell('conflict');
    } else if (fault.code === 'invalid') this.tell('refused', Object.values(fault.fields ?? {}).join(' '));
    else this.tell('failed');
  }

  /** A button was pressed: nothing more is sent by itself, and what is on its way arrives first. */
  finish() {
    clearTimeout(this.timer);
    this.timer = null;
    this.again = false;
    this.stopped = true;
    return this.flight;
  }
}

/** Files go with a button only. */
const texts = (form) => [...new FormData(form)].filter(([, value]) => typeof value === 'string');

/** Returns the Autosave of the form. */
export function mountAutosave(form, { http, times }) {
  const status = form.querySelector('[data-slot="autosave"]');
  const base = form.elements.namedItem('base');
  const saver = new Autosave({
    send: async () => {
      base.value = (await http.form(form.action, texts(form), { outlive: true })).data.version;
    },
    tell: (state, words = '') => {
      status.dataset.state = state;
      const sentence = status.dataset[state] ?? '';
      status.textContent = state === 'saved' ? `${sentence} ${times.brief(new Date().toISOString())}` : `${sentence} ${words}`.trim();
    },
  });
  addEventListener('beforeunload', (event) => saver.flush() || event.preventDefault());
  form.addEventListener('input', () => saver.changed());
  form.addEventListener('change', () => saver.changed());
  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return; // it waits for files
    const flight = saver.finish();
    if (!flight) return;
    event.preventDefault();
    flight.finally(() => form.requestSubmit(event.submitter));
  });
  return saver;
}
