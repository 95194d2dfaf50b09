// Attachments under a message or a note: the page's own <template id="attachment">, filled.

import { clone, show, slot, text } from '../lib/dom.js';

const READY = 'ready';

/** Make the list in `element` show these files. */
export function fillAttachments(element, files, words) {
  slot(element, 'attachments')?.replaceChildren(...(files ?? []).map((file) => attachmentElement(file, words)));
}

function attachmentElement(file, words) {
  const element = clone('attachment');
  const address = `/attachments/${file.attachment_id}`;
  const ready = file.state === READY;
  element.dataset.attachmentId = file.attachment_id;
  fillPicture(show(element, 'file-picture', ready && Boolean(file.width)), file, address);
  text(element, 'file-kind', words.file_kinds[file.kind] ?? '');
  slot(element, 'file-kind').dataset.kind = file.kind;
  show(element, 'file-link', ready).href = address;
  text(element, 'file-link', file.name);
  show(element, 'file-name', !ready);
  text(element, 'file-name', file.name);
  text(element, 'file-size', sizeWords(file.size_bytes));
  show(element, 'file-held', file.state === 'held');
  show(element, 'file-refused', file.state === 'refused');
  return element;
}

function fillPicture(link, file, address) {
  if (link.hidden) return;
  link.href = `${address}/image`;
  const image = document.createElement('img');
  Object.assign(image, { width: file.width, height: file.height, loading: 'lazy', alt: `${link.dataset.label}: ${file.name}` });
  image.src = `${address}/thumbnail`;
  link.replaceChildren(image);
}

/** 812 B, 34 KB, 1.2 MB: as `size_words` in hub/files/names.py. */
export function sizeWords(bytes) {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1_000))} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
