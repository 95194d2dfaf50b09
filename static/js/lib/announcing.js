// What a screen reader is told, in one live region: sentences that come together are one announcement, and a quiet page
// says nothing.

const TOGETHER_MS = 150;
const SAID_MS = 10_000;

/** `live` the region. Returns announce(sentence). What was said goes after a while: it may quote what is taken out later. */
export function announcer(live, later = setTimeout) {
  let waiting = [];
  let said = 0;
  const say = () => {
    live.textContent = [...new Set(waiting)].join(' ');
    waiting = [];
    said += 1;
    const turn = said;
    later(() => turn === said && live.replaceChildren(), SAID_MS);
  };
  return (sentence) => {
    if (waiting.length === 0) later(say, TOGETHER_MS);
    waiting.push(sentence);
  };
}

/** Of the states of a connection only trouble and the end of it; `words` has a sentence for each state. */
export function troubleTold(announce, words) {
  let trouble = false;
  return (status) => {
    const now = status === 'offline' || status === 'signed_out';
    if (now) announce(words[status]);
    else if (trouble && status === 'live') announce(words.live);
    trouble = now || (trouble && status !== 'live');
  };
}
