// How a picture looks as far as it has come: values in [0, 1] for paper and ink. No state of its own.

const TO_COME = 0.1; // grey of what has not been drawn
const UNSEEN = 0.4; // how much is seen of ink that is there and that the model does not know yet
const FULL_BITS = 5; // a pixel that costs so much is all ink

const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const floatsOf = (text) => new Float32Array(bytesOf(text).buffer);

/** What the first 0, 1, ... of these numbers add up to. */
function sums(numbers) {
  const out = new Float64Array(numbers.length + 1);
  numbers.forEach((one, i) => (out[i + 1] = out[i] + one));
  return out;
}

/** In [0, 1]: the picture, what of it was there before, the grey that was expected (of two levels p(ink)), and the bits. */
function picturesOf({ x, p, bits, drawn }, levels) {
  const picture = Array.from(x, (level) => level / (levels - 1));
  const each = Array.from({ length: levels }, (_, level) => level);
  const expected = (i) => each.reduce((sum, level) => sum + (p[i * levels + level] * level) / (levels - 1), 0);
  return {
    x: picture,
    given: picture.map((value, i) => (drawn[i] ? 0 : value)),
    p: picture.map((_, i) => expected(i)),
    bits: Array.from(bits, (one) => Math.min(one / FULL_BITS, 1)),
  };
}

/** Paints `at` values in [0, 1], 0 as paper and 1 as the `full` colour; the rest grey, and what is `faint` of it a little darker. */
function paintSoFar(canvas, values, side, at, { paper, ink, full }, faint) {
  paintRgb(canvas, side, side, (i, c) => {
    if (i < at) return paper[c] + (full[c] - paper[c]) * values[i];
    return paper[c] + (ink[c] - paper[c]) * (TO_COME + (faint ? UNSEEN * faint[i] : 0));
  });
}
