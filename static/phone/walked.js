// What was shot on a walk and has no category yet: the oldest first, as one went. Pure.

/** The drafts of a walk that hold a picture, in the order of their shots. */
export function unsorted(records) {
  return records
    .filter((record) => record.state === "draft" && record.walk && record.photos.length)
    .sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
}

/** The one to sort after `id`: the next as one went, from the start again after the last; null when none is left. */
export function nextAfter(records, record) {
  const others = unsorted(records).filter((one) => one.id !== record?.id);
  return others.find((one) => record && one.created_at > record.created_at) ?? others[0] ?? null;
}
