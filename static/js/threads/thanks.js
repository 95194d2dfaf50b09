// Short thanks, which nobody has to answer. Like caution.js it knows words of Japanese, because what it reads is Japanese.

const THANKS = /ありがとう|有難う|助かりました|承知(?:いた)?しました|了解(?:いた)?しました|thank/iu;
const ASKS = /[?？]|でしょうか|ですか|ますか|ください|教えて/u;
const TROUBLE = /まだ|(?<!すみ|済み|問題あり|問題ござい)ません|ない|困|エラー|うまく/u;
const SHORT_CHARS = 60;

/** Whether a text says thanks and nothing that would be answered. */
export const isThanks = (body) => [...body].length <= SHORT_CHARS && THANKS.test(body) && !ASKS.test(body) && !TROUBLE.test(body);
