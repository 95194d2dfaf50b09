// What is wrong with a form, said at its fields in words that come from the page or the server.

/** How many characters the server will count: composed, without blanks at the ends of lines and empty lines around. */
export const measured = (text) =>
  [...text.normalize('NFC').split('\n').map((line) => line.trimEnd()).join('\n').replace(/^\n+|\n+$/g, '')].length;

/** Why a text cannot be sent, or null. `words` = {empty, too_long with {n} and {now}}. */
export function faultOf(text, limit, words) {
  if (text.trim() === '') return words.empty;
  const now = measured(text);
  return now > limit ? words.too_long.replace('{n}', limit.toLocaleString()).replace('{now}', now.toLocaleString()) : null;
}

/** Say each of `fields` ({name: sentence}) at its field. Returns {first, rest}: the first field with a fault, and the
 *  sentences for which the form shows no field. */
export function sayAtFields(form, fields) {
  forget(form);
  const rest = [];
  const marked = [];
  for (const [name, sentence] of Object.entries(fields)) {
    const control = controlOf(form, name);
    if (control) marked.push(mark(form, control, sentence));
    else rest.push(sentence);
  }
  const order = [...form.elements];
  marked.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return { first: marked[0] ?? null, rest };
}

/** The form is as if nothing had been said. */
export function forget(form) {
  for (const said of form.querySelectorAll('[data-fault]')) said.remove();
  for (const control of form.querySelectorAll('[aria-invalid]')) {
    control.removeAttribute('aria-invalid');
    const others = (control.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => !id.endsWith('-fault'));
    if (others.join('')) control.setAttribute('aria-describedby', others.join(' '));
    else control.removeAttribute('aria-describedby');
  }
}

function controlOf(form, name) {
  const found = form.elements[name];
  const control = found?.tagName ? found : found?.[0]; // of choices that share a name the first
  return control && control.type !== 'hidden' && !control.closest('[hidden]') ? control : null;
}

function mark(form, control, sentence) {
  const id = `${form.id || 'form'}-${control.name}-fault`;
  const said = Object.assign(document.createElement('p'), { id, className: 'field__error', textContent: sentence });
  said.dataset.fault = control.name;
  said.setAttribute('role', 'alert');
  control.setAttribute('aria-invalid', 'true');
  control.setAttribute('aria-describedby', [control.getAttribute('aria-describedby'), id].filter(Boolean).join(' '));
  const group = control.type === 'radio' ? control.closest('fieldset') : (control.closest('label') ?? control);
  if (group.tagName === 'FIELDSET') group.append(said);
  else group.after(said);
  return control;
}
