// Arrow keys go from day to day in the year's grid, across months.

const year = document.querySelector('[data-year]');
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

year?.addEventListener('keydown', (event) => {
  const step = STEPS[event.key];
  const days = [...year.querySelectorAll('[data-day]')];
  const target = step && days[days.indexOf(event.target) + step];
  if (!target || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  target.focus();
});

// Beside the form the chosen day is brought into view; above each other it is the form that must stay there.
const preventScroll = matchMedia('(max-width: 760px)').matches;
document.querySelector('[aria-current=date]')?.focus({ preventScroll });
