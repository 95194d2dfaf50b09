// The templates of a part of the page, by slot, and texts with the words that explain a hit marked.

/** A fresh copy of the element in <template data-slot="name"> inside `root`. */
export const clone = (root, name) =>
  root.querySelector(`template[data-slot="${name}"]`).content.firstElementChild.cloneNode(true);

/** Nodes of an excerpt as programs get it. */
export const nodesOf = (pieces) =>
  pieces.map(({ text, marked }) => {
    if (!marked) return document.createTextNode(text);
    const mark = document.createElement('mark');
    mark.textContent = text;
    return mark;
  });

/** Nodes of a title, which may be missing and then has words of its own. */
export const titleNodes = (row) => (row.heading?.length > 0 ? nodesOf(row.heading) : [document.createTextNode(row.title)]);
