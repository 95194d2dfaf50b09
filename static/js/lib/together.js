// Several reasons to ask within a moment are one question.

/** `soon(ms)` asks `ms` after the first reason; further ones until then are answered by the same. */
export function askOnce(ask, later = setTimeout) {
  let timer = null;
  const now = () => {
    timer = null;
    return ask();
  };
  return (ms) => {
    timer ??= later(now, ms);
  };
}

/** The same for what an address answers. Without an answer everything stays as it is drawn. */
export const fetchOnce = (http, address, draw, later) =>
  askOnce(async () => {
    const answer = await http.get(address).catch(() => null);
    if (answer) draw(answer);
  }, later);
