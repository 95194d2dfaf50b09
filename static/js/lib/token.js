// The token that this page's commands carry, in its <meta> and in each of its forms.

export const tokenOfPage = () => document.querySelector('meta[name="csrf-token"]')?.content ?? '';

export function putToken(token, page = document) {
  page.querySelector('meta[name="csrf-token"]').content = token;
  for (const field of page.querySelectorAll('input[name="csrf_token"]')) field.value = token;
}

const personOfPage = () => document.getElementById('session-warning')?.dataset.staffId;

/** Take the token that came with the refusal of an old one, if it is still the same person's.
 *  -> whether what was refused may be sent again. */
export function renewToken({ code, staff_id: person, csrf_token: token }, page = personOfPage()) {
  if (code !== 'stale_token' || !token || person !== page) return false;
  putToken(token);
  return true;
}
