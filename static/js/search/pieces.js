// The templates of a part of the page, by slot.

/** A fresh copy of the element in <template data-slot="name"> inside `root`. */
export const clone = (root, name) =>
  root.querySelector(`template[data-slot="${name}"]`).content.firstElementChild.cloneNode(true);
