// The list of cases narrows as one chooses: the page of the chosen conditions is asked for, and its list and facets take the
// place of those that are shown. The address, going back and reloading work as with the form, which works by itself too.

import { all, one } from '../lib/dom.js';

/** The address of the list that a form asks for, without what is empty. */
export function addressOf(action, entries) {
  const query = new URLSearchParams(entries.filter(([, value]) => value !== ''));
  const text = query.toString(); // Chromium 109 has no `size`
  return text ? `${action}?${text}` : action;
}

/** By what the element is found again in the next list. */
export function markOf(element) {
  if (!element) return null;
  if (element.id) return `#${CSS.escape(element.id)}`;
  const { name, value } = element;
  return name ? `[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]` : null;
}

export class Filter {
  constructor(root, { announce, refresh }) {
    Object.assign(this, { root, announce, refresh, asking: null });
    root.addEventListener('change', (event) => this.changed(event));
    root.addEventListener('submit', (event) => this.submitted(event));
    root.addEventListener('click', (event) => this.followed(event));
    addEventListener('popstate', () => this.show(location.pathname + location.search));
  }

  get form() {
    return one('[data-filter]', this.root);
  }

  changed(event) {
    if (event.target.form !== this.form) return;
    if (event.target.type === 'search' || event.target.type === 'text') return; // waits for Enter
    this.go(this.address());
  }

  submitted(event) {
    if (event.target !== this.form) return;
    event.preventDefault();
    this.go(this.address());
  }

  followed(event) {
    const link = event.target.closest?.('[data-shelf-link]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    this.go(link.getAttribute('href'));
  }

  address() {
    return addressOf(this.form.getAttribute('action'), [...new FormData(this.form)]);
  }

  async go(address) {
    if (await this.show(address)) history.pushState({}, '', address);
  }

  /** Whether the list is shown now; a later choice overtakes an earlier one. */
  async show(address) {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    this.root.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(address, { signal: asking.signal, headers: { Accept: 'text/html' } });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const fresh = one('[data-shelf]', page);
      if (asking.signal.aborted) return false;
      if (!answer.ok || !fresh) return this.leave(address);
      this.put(fresh);
      return true;
    } catch {
      return asking.signal.aborted ? false : this.leave(address);
    } finally {
      if (!asking.signal.aborted) this.root.removeAttribute('aria-busy');
    }
  }

  /** What cannot be shown in place is opened as a page, which says why. */
  leave(address) {
    location.assign(address);
    return false;
  }

  put(fresh) {
    const mark = markOf(this.root.contains(document.activeElement) ? document.activeElement : null);
    const within = this.root.contains(document.activeElement);
    const open = new Map(all('[data-facet], [data-fold]', this.root).map((fold) => [fold.dataset.facet ?? '', fold.open]));
    const scrolled = new Map(all('[data-facet]', this.root).map((fold) => [fold.dataset.facet, all('ul', fold).map((list) => list.scrollTop)]));
    this.root.replaceChildren(...fresh.childNodes);
    for (const fold of all('[data-facet], [data-fold]', this.root)) {
      if (open.has(fold.dataset.facet ?? '')) fold.open = open.get(fold.dataset.facet ?? '');
      all('ul', fold).forEach((list, n) => (list.scrollTop = scrolled.get(fold.dataset.facet)?.[n] ?? 0));
    }
    this.refresh(this.root);
    const found = one('[data-found]', this.root);
    if (within) ((mark && one(mark, this.root)) ?? focusable(found)).focus({ preventScroll: true });
    this.announce(found.textContent.trim());
  }
}

/** Where the keyboard goes on when what had it is gone: the line that says how many there are. */
function focusable(element) {
  element.tabIndex = -1;
  return element;
}

export function mountFilter(deps) {
  const root = one('[data-shelf]');
  return root ? new Filter(root, deps) : null;
}
