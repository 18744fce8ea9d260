// Five classes of a scale of counts or of percent: the least number of each, and which class a number is in.

export const CLASSES = 5;
const NICE = [1, 2, 3, 5, 10];

/** The least number of each class for counts up to the largest: even steps of proportion, on round numbers. */
export function steps(largest) {
  if (largest <= CLASSES) return Array.from({ length: Math.max(largest, 1) }, (_, index) => index + 1);
  const found = [1];
  for (let index = 1; index < CLASSES; index += 1) {
    const wanted = round(largest ** (index / CLASSES));
    found.push(Math.max(wanted, found.at(-1) + 1));
  }
  return found;
}

/** The same for percent: fifths. */
export const FIFTHS = [0, 20, 40, 60, 80];

/** The same for scores: what is below 60 is one class, and what is near the top is told apart. */
export const SCORES = [0, 60, 80, 90, 95];

/** The class of a number, from 1; 0 below all. */
export const shade = (number, least) => least.filter((one) => number >= one).length;

/** The classes in words: "1–4", "5–19", "20", "20–". */
export const ranges = (least, largest, unit = "") =>
  least.map((one, index) => {
    const last = index + 1 < least.length ? least[index + 1] - 1 : largest;
    return last <= one ? `${written(one)}${unit}` : `${written(one)}–${written(last)}${unit}`;
  });

function round(number) {
  const power = 10 ** Math.floor(Math.log10(number));
  const nearest = NICE.reduce((best, one) => (Math.abs(one * power - number) < Math.abs(best * power - number) ? one : best));
  return nearest * power;
}

const written = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
