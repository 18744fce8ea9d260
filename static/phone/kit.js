// The catalogue as the phone shows it. Pure.

/** The categories: those this person used last, then the common ones, then the catalogue's order. */
export function ranked(kit) {
  if (!kit) return [];
  const first = [...new Set([...kit.last_used, ...kit.common])];
  const place = (one) => (first.includes(one.code) ? first.indexOf(one.code) : first.length);
  return [...kit.categories].sort((a, b) => place(a) - place(b));
}

/** One category's row, or null. */
export function categoryOf(kit, code) {
  return kit?.categories.find((one) => one.code === code) ?? null;
}

/** Whether a category has gone out of use since it was chosen; not known as long as there is no kit. */
export function isGone(kit, code) {
  return Boolean(kit && code && !categoryOf(kit, code));
}

/** What to call a category in the reader's language, also one that has gone out of use; empty for one without a name. */
export function nameOf(kit, code, language) {
  const row = categoryOf(kit, code) ?? kit?.retired?.find((one) => one.code === code);
  return (language === "en" ? row?.english : row?.short) ?? "";
}
