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

/** What to call a category in the reader's language. */
export function nameOf(kit, code, language) {
  const row = categoryOf(kit, code);
  if (!row) return code ?? "";
  return language === "en" ? row.english : row.short;
}
