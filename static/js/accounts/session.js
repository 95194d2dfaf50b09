// Warns before the sign-in ends. The page and what was typed into it stay, also after the end; signing in again, here or
// in another tab, brings this page's forms back to life. All texts come from <template id="session-warning">.

import { putToken } from '../lib/token.js';
import { leftKey } from '../feed/leaving.js';
import { signInAgain } from './again.js';

/** @typedef {{ends_in_s: number, at_most_s: number}} Remaining */

/**
 * What to show for the time that is left, and after how many seconds to ask again.
 * @param {Remaining | null} left null = the sign-in has ended
 * @param {number} warnS
 * @returns {{show: 'nothing' | 'soon' | 'last' | 'over', askAgainS: number | null}}
 */
export function nextStep(left, warnS) {
  if (left === null || left.ends_in_s <= 0) return { show: 'over', askAgainS: null };
  if (left.ends_in_s > warnS) return { show: 'nothing', askAgainS: left.ends_in_s - warnS };
  return { show: left.at_most_s > left.ends_in_s ? 'soon' : 'last', askAgainS: left.ends_in_s + 1 };
}

/** Start watching when the page is somebody's; harmless on every other page. */
export function watchSession(page = document) {
  const template = page.getElementById('session-warning');
  return template ? new SessionWarning(page, template) : null;
}

class SessionWarning {
  constructor(page, template) {
    this.page = page;
    this.template = template;
    this.warnS = Number(template.dataset.warnS);
    this.shown = 'nothing';
    this.region = null;
    this.wait(Math.max(1, Number(template.dataset.endsInS) - this.warnS));
    // A page that comes back from the browser's memory: on a shared terminal somebody else may sit there by now.
    page.defaultView.addEventListener('pageshow', async ({ persisted }) => {
      if (!persisted) return;
      await this.ask();
      if (this.shown === 'other') page.defaultView.location.reload();
    });
    page.defaultView.addEventListener('hub:signed-out', () => this.shown === 'nothing' && this.ask());
    page.defaultView.addEventListener('storage', ({ key, newValue }) => {
      if (key === leftKey(template.dataset.staffId) && newValue) this.show('left');
    });
    // Timers sleep with the computer, and another tab may have signed in again.
    page.addEventListener('visibilitychange', () => {
      if (!page.hidden && this.shown !== 'nothing') this.ask();
    });
  }

  wait(seconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), Math.min(seconds, 86_400) * 1000);
  }

  async ask() {
    try {
      const answer = await fetch(this.template.dataset.state, { headers: { Accept: 'application/json' } });
      if (answer.status === 401) return this.apply(null);
      if (!answer.ok) return this.fail();
      const left = await answer.json();
      if (left.staff_id !== this.template.dataset.staffId) return this.show('other');
      return this.welcome(left);
    } catch {
      return this.fail();
    }
  }

  async prolong() {
    try {
      const token = this.page.querySelector('meta[name="csrf-token"]').content;
      const headers = { Accept: 'application/json', 'X-CSRFToken': token };
      const answer = await fetch(this.template.dataset.touch, { method: 'POST', headers });
      // An ended sign-in takes its token with it, so the refusal may be about the token: ask what is the case.
      if (!answer.ok) return this.ask();
      return this.apply((await answer.json()).data);
    } catch {
      return this.fail();
    }
  }

  /** Signed in, as before: the page's forms and its feed go on where they stopped. */
  welcome(left) {
    const away = ['over', 'other', 'left'].includes(this.shown);
    putToken(left.csrf_token, this.page);
    this.apply(left);
    if (away) this.page.defaultView.dispatchEvent(new Event('hub:signed-in'));
  }

  async again(event) {
    event.preventDefault();
    const { email, password } = event.target.elements;
    const answer = await signInAgain(email.value, password.value, this.template.dataset);
    password.value = '';
    if (answer.left && answer.left.staff_id !== this.template.dataset.staffId) this.show('other');
    else if (answer.left) this.welcome(answer.left);
    else this.part('fault').textContent = answer.message || this.part('failed').textContent;
  }

  apply(left) {
    const step = nextStep(left, this.warnS);
    if (step.show !== this.shown) this.show(step.show);
    if (step.askAgainS !== null) this.wait(step.askAgainS);
  }

  show(what) {
    if (this.shown === 'left' && what === 'over') return; // it is over, and hidden already
    if (this.shown === 'left' && what === 'other') this.page.defaultView.location.reload();
    this.shown = what;
    // Signed out in another tab: whoever comes next must not read on here. What was being written stays in the page.
    this.page.documentElement.toggleAttribute('data-signed-out', what === 'left');
    this.region?.remove();
    this.region = null;
    if (what === 'nothing') return;
    this.region = this.template.content.firstElementChild.cloneNode(true);
    for (const name of ['soon', 'last', 'over', 'other', 'left']) this.part(name).hidden = name !== what;
    this.part('stay').hidden = what !== 'soon';
    this.part('again').hidden = what !== 'over';
    this.part('close').hidden = what === 'left';
    this.part('home').hidden = what !== 'other';
    this.part('form').hidden = !['over', 'left'].includes(what);
    this.part('form').addEventListener('submit', (event) => this.again(event));
    this.part('stay').addEventListener('click', () => this.prolong());
    this.part('close').addEventListener('click', () => this.region.remove());
    // Not modal and without taking the focus: somebody may be in the middle of a sentence or of a composition.
    this.page.body.append(this.region);
  }

  part(name) {
    return this.region.querySelector(`[data-session-${name}]`);
  }

  fail() {
    if (this.region) this.part('failed').hidden = false;
    this.wait(30);
  }
}
