// Signing in again without leaving the page. Who it turns out to be is for the caller to look at.

const JSON_WANTED = { Accept: 'application/json' };

/**
 * @param {{state: string, login: string, writerName?: string, writer?: string}} page addresses, and 記入者名 where shared
 * @returns {Promise<{left?: object, message?: string}>} the state of the new sign-in, or why there is none
 */
export async function signInAgain(email, password, page, fetcher = (...args) => fetch(...args)) {
  try {
    const token = await freshToken(page.login, fetcher);
    const fields = { csrf_token: token, email, password, next: page.state };
    const answer = await post(page.login, fields, fetcher);
    if (!answer.ok) return { message: await refusal(answer) };
    const left = await stateOf(page, fetcher);
    if (page.writerName && left.staff_id === page.staffId) {
      await post(page.writer, { csrf_token: left.csrf_token, writer_name: page.writerName, next: page.state }, fetcher);
    }
    return { left };
  } catch {
    return { message: '' };
  }
}

/** The ended sign-in took its token with it. */
async function freshToken(login, fetcher) {
  const answer = await fetcher(login);
  const parsed = new DOMParser().parseFromString(await answer.text(), 'text/html');
  return parsed.querySelector('meta[name="csrf-token"]').content;
}

const post = (address, fields, fetcher) => fetcher(address, { method: 'POST', headers: JSON_WANTED, body: new URLSearchParams(fields) });

const stateOf = async (page, fetcher) => (await fetcher(page.state, { headers: JSON_WANTED })).json();

async function refusal(answer) {
  const { error } = await answer.json().catch(() => ({}));
  return Object.values(error?.fields ?? {}).join(' ') || error?.message || '';
}
