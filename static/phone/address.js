// Which screen an address behind the # means. Pure.

/** The screen's name and its parts for an address such as /report/ID/photos; null for one that is none. */
export function match(path, patterns) {
  const given = path.split("/").filter(Boolean);
  for (const pattern of patterns) {
    const parts = pattern.split("/").filter(Boolean);
    const params = {};
    const fits = parts.length === given.length
      && parts.every((part, at) => (part.startsWith(":") ? ((params[part.slice(1)] = decodeURIComponent(given[at])), true) : part === given[at]));
    if (fits) return { pattern, params };
  }
  return null;
}
