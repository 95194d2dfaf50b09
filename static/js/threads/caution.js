/**
 * Personal data that should not be in a consultation: found before sending, to warn and never to block.
 *
 * The twin of `hub/caution.py`, which explains the rules; `tests/fixtures/cautions.json` holds both to one behaviour.
 * Positions are those of JavaScript strings (UTF-16).
 * @typedef {"my_number" | "telephone" | "bank_account" | "home_address"} Kind
 * @typedef {{kind: Kind, start: number, end: number}} Caution
 */

const ADDRESS_OF_PAGE = /https?:\/\/[!-~]+/g;
const WIDE = /[\uFF01-\uFF5E]/g;
const HYPHEN_BETWEEN_DIGITS = /(?<=[0-9])[‐‑‒–—―−─ーｰ](?=[0-9])/g;
const LONGEST_PLACE = 42;
const AMOUNT = "(?! ?(?:円|千円|万円|百万円|億円|人|件|世帯|票|%))";

const MY_NUMBER = new RegExp(
  String.raw`(?<![0-9A-Za-z_])(?<![0-9][-.,/])(?<![0-9]{4} )[0-9]{4}( ?- ?| |)[0-9]{4}\1[0-9]{4}` +
    String.raw`(?![0-9A-Za-z_])(?![-.,/][0-9])(?! [0-9]{4})${AMOUNT}`,
  "g",
);
const MOMENT = /^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])[0-5][0-9]$/;
const GAP = "(?: ?[-()] ?| )";
const TELEPHONE = new RegExp(
  String.raw`(?<![0-9])(?<![0-9]-)(?:\(?0(?:[36]${GAP}[1-9][0-9]{3}|4${GAP}[27][0-9]{3}|[1-9][0-9]${GAP}[1-9][0-9]{2}` +
    String.raw`|[1-9][0-9]{2}${GAP}[1-9][0-9]|[1-9][0-9]{3}${GAP}[1-9]|[5-9]0${GAP}[0-9]{4})${GAP}[0-9]{4}` +
    String.raw`|0(?:120|570)${GAP}[0-9]{3}${GAP}[0-9]{3}|0800${GAP}[0-9]{3}${GAP}[0-9]{4}` +
    String.raw`|\+81[- ]?(?:\(0\))?[1-9](?:[- ]?[0-9]){8,9}|0[5-9]0[0-9]{8})(?![0-9])(?!-[0-9])` +
    String.raw`|(?:電話(?:番号)?|TEL|Tel|tel|FAX|Fax|fax|携帯|連絡先)[^0-9\n]{0,4}0[1-9][0-9]{8}(?![0-9])`,
  "g",
);

const SEVEN = String.raw`[0-9]{7}(?![0-9])(?![-.,][0-9])${AMOUNT}`;
const BANK_ACCOUNT = new RegExp(
  String.raw`(?:普通|当座|貯蓄)(?:預金)?(?:口座)?(?:番号)?[ :()・/-]{0,3}(?:No\.?|№|番号)?[ :]{0,2}${SEVEN}` +
    String.raw`|\(?[普当]\) ?${SEVEN}|口座番号[^0-9\n。]{0,8}${SEVEN}|口座 ?[:は]? ?${SEVEN}` +
    String.raw`|記号[ :・]{0,3}(?:番号)?[ :]{0,3}[01][0-9]{4}(?![0-9])(?:-[0-9](?![0-9]))?[^0-9\n]{0,8}[0-9]{2,8}(?![0-9])` +
    String.raw`|(?:ゆうちょ|郵便局|郵便貯金|郵便振替|振替口座)[^0-9\n]{0,12}[01][0-9]{4}-(?:[0-9]-)?[0-9]{2,8}(?![0-9])` +
    String.raw`|(?<![0-9])(?<![0-9]-)00[0-9]{3}-[0-9]-[0-9]{4,6}(?![0-9])(?!-[0-9])`,
  "g",
);

const NUMBER = "(?:[0-9]{1,5}|[一二三四五六七八九十百〇]{1,5})";
const BLOCK = new RegExp(
  String.raw`(?<![0-9])(?<![0-9]-)(?:(?<named>${NUMBER}丁目 ?${NUMBER}(?:番地?)?(?:(?: ?の ?|-| )?${NUMBER})?(?:-[0-9]{1,4})?号?` +
    String.raw`|${NUMBER}番地(?:(?: ?の ?|-)?${NUMBER})?|${NUMBER}番 ?${NUMBER}号|${NUMBER}番の${NUMBER})` +
    String.raw`|(?<three>[1-9][0-9]{0,2}-[0-9]{1,3}-[0-9]{1,4})|(?<oneOrTwo>[1-9][0-9]{0,4}(?:-[0-9]{1,4})?))` +
    String.raw`(?![0-9])(?!-[0-9])${AMOUNT}`,
  "g",
);
const PREFECTURE = "(?:北海道|東京都|京都府|大阪府|[一-龠]{2,3}県)";
const LETTER = "(?:(?![をはにでともへ])[一-龠々〆ァ-ヶーぁ-ん])";
const PLACE = new RegExp(
  String.raw`(?:${PREFECTURE} ?)?(?:${LETTER}{1,5}郡 ?)?${LETTER}{1,8}[市区町村]` +
    String.raw`(?![長議民役営立内外税債職会道有政境制域場費誌史章花木歌]) ?(?:(?![のが])${LETTER}{1,15})? ?$`,
);
const WIDER_AREA = new RegExp(`^.*(?:${PREFECTURE}|郡)`);
const NO_PLACE = new RegExp(
  "市町村|(?:資料|様式|別紙|別表|別添|計画|施策|事業|項目|番号|目標|戦略|業務|指標|参考|会議|議案|要綱|要領|条例|規則|告示|訓令" +
    "|予算|決算|明治|大正|昭和|平成|令和|年度|実施日|期日|締切|人口|面積|[第表図章節案版課係室約計]) ?$",
);

/**
 * Everything in a text that looks like personal data, in order, without overlaps.
 * @param {string} text
 * @returns {Caution[]}
 */
export function findCautions(text) {
  const plain = text
    .replace(ADDRESS_OF_PAGE, (page) => "x".repeat(page.length))
    .replace(WIDE, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
    .replace(/[\u3000\t]/g, " ")
    .replace(HYPHEN_BETWEEN_DIGITS, "-");
  const found = /** @type {Caution[]} */ ([]);
  const taken = new Uint8Array(plain.length); // a text may be full of them: none is compared with all others
  for (const caution of candidates(plain)) {
    if (taken.subarray(caution.start, caution.end).includes(1)) continue;
    taken.fill(1, caution.start, caution.end);
    found.push(caution);
  }
  return found.sort((one, other) => one.start - other.start);
}

/** @param {string} plain @returns {Generator<Caution>} all matches, the surest kind first */
function* candidates(plain) {
  for (const match of plain.matchAll(MY_NUMBER)) {
    if (isMyNumber(match[0].replace(/[^0-9]/g, ""))) yield caution("my_number", match);
  }
  for (const match of plain.matchAll(BANK_ACCOUNT)) yield caution("bank_account", match);
  for (const match of plain.matchAll(TELEPHONE)) yield caution("telephone", match);
  for (const match of plain.matchAll(BLOCK)) {
    const start = startOfAddress(plain, match);
    if (start !== null) yield { ...caution("home_address", match), start };
  }
}

/** @param {Kind} kind @param {RegExpMatchArray} match @returns {Caution} */
function caution(kind, match) {
  const start = match.index ?? 0;
  return { kind, start, end: start + match[0].length };
}

/** @param {string} digits @returns {boolean} whether the last of twelve is the check digit (検査用数字) */
function isMyNumber(digits) {
  if (MOMENT.test(digits) || new Set(digits.slice(0, 11)).size === 1) return false;
  const weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
  const rest = weights.reduce((sum, weight, place) => sum + weight * Number(digits[place]), 0) % 11;
  return Number(digits[11]) === (rest <= 1 ? 0 : 11 - rest);
}

/** @param {string} plain @param {RegExpMatchArray} block @returns {number | null} where its place begins */
function startOfAddress(plain, block) {
  const { named, three, oneOrTwo } = block.groups ?? {};
  const window = Math.max(0, (block.index ?? 0) - LONGEST_PLACE);
  const before = plain.slice(window, block.index);
  if (oneOrTwo && !oneOrTwo.includes("-") && !before.includes("大字")) return null;
  const match = PLACE.exec(before);
  if (!match || NO_PLACE.test(match[0])) return null;
  const place = match[0].trimEnd();
  const within = place.replace(WIDER_AREA, "");
  const hasQuarter = !/[市区町村]$/.test(within) || (within.match(/[市区町村]/g) ?? []).length > 1;
  const isAddress = named || (three && hasQuarter) || place.includes("大字") || (hasQuarter && within !== place);
  return isAddress ? window + match.index : null;
}
