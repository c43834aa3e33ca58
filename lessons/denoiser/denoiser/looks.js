// How a sample on its way from noise looks: values as pictures, and the sums of one step. No state of its own.

const NOISE = 2.5; // widths of N(0, 1) from mid-grey to paper or ink

const inUnit = (value) => Math.min(Math.max(value, 0), 1);
/** Values in the model's scale, where -1 is paper and 1 is ink, and noise around mid-grey: both to [0, 1]. */
const asPicture = (value) => inUnit((value + 1) / 2);
const asNoise = (value) => inUnit((value / NOISE + 1) / 2);

/** `values` [channels, side, side] into a canvas: one channel as paper and ink, three as colours. */
function paint(canvas, values, shape, scale, paper, ink) {
  const [channels, side] = shape;
  const shown = values.map(scale);
  if (channels === 1) paintPixels(canvas, shown, side, paper, ink);
  else paintColours(canvas, shown, side);
}

/** One step of a trace, i of K: where its mean lies, and the noise that was added to it. */
function stepOf(frames, data, i) {
  const [x0, xt, next] = [frames.x0(i), frames.xt(i), frames.xt(i + 1)];
  const mean = xt.map((value, j) => data.for_x0[i] * x0[j] + data.for_xt[i] * value);
  return { mean, added: next.map((value, j) => value - mean[j]), next };
}

/** The moments of a trace that lies on the shelf as arrays [K + 1, channels, side, side]. */
function framesOf(tensors) {
  const size = tensors.xt.shape.slice(1).reduce((a, b) => a * b);
  const part = (name) => (i) => tensors[name].subarray(i * size, (i + 1) * size);
  return { xt: part("xt"), x0: part("x0"), eps: part("eps") };
}

/** The index of the number that is nearest to `to`; of two the first. */
function nearestOf(numbers, to) {
  const far = numbers.map((one) => Math.abs(one - to));
  return far.indexOf(Math.min(...far));
}

/** Ten moments from the first to the last, evenly spread; fewer where there are not so many. */
function strip(last, number = 10) {
  const count = Math.min(number, last + 1);
  return Array.from({ length: count }, (_, k) => Math.round((k * last) / Math.max(count - 1, 1)));
}
