// Small names for what every drawing module does with elements. Templates are the page's own <template>s; their parts
// that change carry data-slot="<name>".

export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** A fresh copy of the element in <template id="...">. */
export function clone(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

export const slot = (root, name) => root.querySelector(`[data-slot="${name}"]`);

/** Put plain text into a slot. */
export function text(root, name, value) {
  const element = slot(root, name);
  if (element && element.textContent !== value) element.textContent = value;
  return element;
}

/** Show or hide a slot; returns its element. */
export function show(root, name, visible) {
  const element = slot(root, name);
  if (element) element.hidden = !visible;
  return element;
}
