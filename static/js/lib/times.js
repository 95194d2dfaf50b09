// Times as people read them: always Japan time, whatever the computer is set to; recent ones also as "5 minutes ago".

const ZONE = 'Asia/Tokyo';
const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

/** Formatters for one language, `ja` or `en`. `now` is there for tests. */
export function times(language, now = () => Date.now()) {
  const locale = language === 'en' ? 'en-GB' : 'ja-JP';
  const format = (options) => new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options });
  const date = { year: 'numeric', month: language === 'en' ? 'short' : 'long', day: 'numeric', weekday: 'short' };
  const dayOf = format(date);
  const clock = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

  const day = (iso) => dayOf.format(new Date(iso));
  const absolute = (iso) => `${day(iso)} ${clock.format(new Date(iso))}`;

  /** Within a day: the time of day and how long ago; otherwise the date. Never "in 3 seconds" for a clock that lags. */
  function short(iso) {
    const at = new Date(iso);
    const ago = Math.max(0, now() - at.getTime());
    if (ago >= DAY) return absolute(iso);
    const [amount, unit] = ago >= HOUR ? [Math.floor(ago / HOUR), 'hour'] : [Math.floor(ago / MINUTE), 'minute'];
    return [clock.format(at), relative.format(-amount, unit)].join(language === 'en' ? ' · ' : '・');
  }

  const dateOf = format({ month: language === 'en' ? 'short' : 'long', day: 'numeric' });

  /** For lists: the time of day when it was today in Japan, else the date. */
  const brief = (iso) => (day(iso) === dayOf.format(now()) ? clock : dateOf).format(new Date(iso));

  /** The day without its year. */
  const dayOfYear = (iso) => dateOf.format(new Date(iso));

  return { day, absolute, short, brief, date: dayOfYear };
}

/** A <time> element for a moment; `form` short or brief. */
export function timeElement(formatter, iso, form = 'short') {
  const element = document.createElement('time');
  element.dateTime = iso;
  element.dataset.time = form;
  element.title = formatter.absolute(iso);
  element.textContent = formatter[form](iso);
  return element;
}

/** Every <time data-time> below `root` says the time as it is now. */
export function refresh(formatter, root = document) {
  for (const element of root.querySelectorAll('time[data-time]')) {
    element.title ||= formatter.absolute(element.dateTime);
    element.textContent = formatter[element.dataset.time || 'short'](element.dateTime);
  }
}

/** And once a minute. */
export function keepFresh(formatter, root = document) {
  refresh(formatter, root);
  return setInterval(() => refresh(formatter, root), MINUTE);
}
