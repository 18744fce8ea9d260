// How a draft is kept while one types: a moment after the last key, one save at a time, the newest last. Pure but for
// what it is handed: `send` saves and answers, `wait` sets a timer, `drop` takes it back.

/** Keeps what `send` sends. `changed()` after each change; `settled()` when nothing is on its way or waits any more. */
export function keeper({ send, wait, drop, after = 900 }) {
  let timer = null, running = null, again = false, stopped = false;

  const run = async () => {
    timer = null;
    if (running) return void (again = true);
    running = Promise.resolve().then(send).then((go) => (stopped = go === false), () => {});
    await running;
    running = null;
    if (again && !stopped) {
      again = false;
      return run();
    }
  };

  return {
    changed() {
      if (stopped) return;
      if (timer !== null) drop(timer);
      timer = wait(run, after);
    },
    async settled() {
      if (timer !== null) drop(timer);
      timer = null;
      again = false;
      await running;
    },
    stop: () => (stopped = true),
    get busy() { return running !== null; },
  };
}

/** What was saved before, for going back: the newest last, each once, no more than `most`. */
export function remembered(before, text, most = 40) {
  return before.at(-1) === text ? before : [...before, text].slice(-most);
}

/** The sum of the points as they are typed; what is no number counts nothing. */
export function total(texts) {
  return texts.reduce((sum, text) => sum + (/^\d{1,4}$/.test(text.trim()) ? Number(text) : 0), 0);
}
