// A sentence with a number, in the form that the page's language has for it. Japanese has one, English two.

/** `forms` = {one, other} from the page, with {n} where `shown`, by default the number itself, is to stand. */
export function counted(forms, n, { shown = String(n), language = document.documentElement.lang } = {}) {
  return (forms[new Intl.PluralRules(language).select(n)] ?? forms.other).replace('{n}', () => shown);
}
