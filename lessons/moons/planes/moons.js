// What two decoders make of their codes, and how near that is to a true phase of the moon. No page and no picture here.

const PHASES = 181;
const SIDE = 32; // of a picture
const PIXELS = SIDE * SIDE;
const VALID = 0.005; // a picture that is nearer than this to a true phase is a moon
const MODELS = ["ae", "vae"];

/** The angle of a phase between sun and moon, in degrees. */
const angleOf = (phase) => 90 + phase / 2;

/** All that a payload holds: the true phases in [0, 1], one after the other, and of each model its codes and its decoder. */
function modelsOf(shelf) {
  const { tensors } = shelf;
  const phases = Float32Array.from(tensors.phases, (level) => level / 255);
  const model = (name) => ({ codes: tensors[`${name}.codes`], decode: shelf.decoder(`${name}.`), phases, guess: 0 });
  return Object.fromEntries(MODELS.map((name) => [name, model(name)]));
}

/** The sum of squared differences from a phase; it may stop as soon as it is no less than `least`. */
function squaredTo(pixels, phases, phase, least) {
  let sum = 0;
  const start = phase * PIXELS;
  for (let row = 0; row < PIXELS; row += SIDE) {
    for (let i = row; i < row + SIDE; i++) {
      const difference = pixels[i] - phases[start + i];
      sum += difference * difference;
    }
    if (sum >= least) return sum;
  }
  return sum;
}

/** The nearest true phase, and the mean squared difference per pixel from it; a good `guess` makes it quick, no other. */
function nearestPhase(pixels, phases, guess = 0) {
  let phase = guess;
  let least = squaredTo(pixels, phases, guess, Infinity);
  for (let i = 0; i < PHASES; i++) {
    if (i === guess) continue;
    const squares = squaredTo(pixels, phases, i, least);
    if (squares < least) [phase, least] = [i, squares];
  }
  return { phase, distance: least / PIXELS };
}

const isMoon = ({ distance }) => distance < VALID;

/** What a model makes of a code: pixels, which the next code overwrites, and the nearest phase. */
function seenAt(model, z) {
  const pixels = model.decode(z);
  const found = nearestPhase(pixels, model.phases, model.guess);
  model.guess = found.phase;
  return { pixels, ...found };
}

/** The same of many codes, each with pixels of its own. */
const seenAll = (model, codes) => codes.map((z) => {
  const one = seenAt(model, z);
  return { ...one, pixels: one.pixels.slice() };
});

/** Where a model has put a phase. */
const codeOf = ({ codes }, phase) => [codes[2 * phase], codes[2 * phase + 1]];

/** So many codes at equal steps on the straight line from one phase's code to the other's. */
function lineOf(model, [a, b], number) {
  const [from, to] = [codeOf(model, a), codeOf(model, b)];
  return Array.from({ length: number }, (_, i) => from.map((one, d) => one + ((to[d] - one) * i) / (number - 1)));
}

/** The place (u, v) of a square as a code. */
const codeAt = ([u, v], [x, y, half]) => [x + half * u, y + half * v];

/** How densely one coordinate of the codes lies in each of so many bins from low to high: a density, as N(0, 1) is one. */
function densities(codes, coordinate, low, high, bins) {
  const found = new Float64Array(bins);
  const wide = (high - low) / bins;
  for (let i = coordinate; i < codes.length; i += 2) {
    const bin = Math.floor((codes[i] - low) / wide);
    if (bin >= 0 && bin < bins) found[bin] += 1 / ((codes.length / 2) * wide);
  }
  return found;
}

const normalDensity = (z) => Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
