// Which picture from before is to be taken again next, and what the new one shows. Pure.

/** How a picture of a repair can be taken; anything else of it is "after". */
const VIEWS = ["far", "near"];
const viewOf = ({ role }) => (VIEWS.includes(role) ? role : "after");

/**
 * The first picture of `before` that has none of its kind in `taken` yet, and the role of the one to come: {before, role}.
 * Once each has one, more of the repair: with the first as before it.
 */
export function nextOf(before, taken) {
  const roles = taken.map(({ role }) => role);
  for (const one of before) {
    const at = roles.indexOf(viewOf(one));
    if (at < 0) return { before: one, role: viewOf(one) };
    roles.splice(at, 1);
  }
  return { before: before[0] ?? null, role: "after" };
}
