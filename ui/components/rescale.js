// A distribution in somebody's hand: what one part takes, the others give, and all of it stays 1.

const UNITS = 1000; // a dragged share is a whole number of thousandths, so that the shown digits add up

/** `values` with the part at `index` set to `value`; the others keep their proportions, or share evenly when all are 0. */
function rescale(values, index, value) {
  if (values.length === 1) return [1];
  const own = Math.round(Math.min(Math.max(value, 0), 1) * UNITS);
  const others = values.map((one, i) => (i === index ? 0 : Math.max(one, 0)));
  const total = others.reduce((sum, one) => sum + one, 0);
  const share = (one, i) => (i === index ? 0 : total > 0 ? one / total : 1 / (values.length - 1)) * (UNITS - own);
  const exact = others.map(share);
  const whole = exact.map((one) => Math.floor(one + 1e-9));
  const missing = UNITS - own - whole.reduce((sum, one) => sum + one, 0);
  const nearest = exact.map((_, i) => i).filter((i) => i !== index).sort((a, b) => exact[b] - whole[b] - (exact[a] - whole[a]) || a - b);
  for (const i of nearest.slice(0, missing)) whole[i] += 1;
  whole[index] = own;
  return whole.map((one) => one / UNITS);
}
