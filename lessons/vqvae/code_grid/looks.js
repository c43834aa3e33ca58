// How grids, codes and pictures look: paper and ink of the theme. No state of its own.

const STAMP = 8; // pixels along a side of what a code stands for, with the pixels around its patch
const FAINT = 0.55; // of the stamps in the grid, on which numbers stand
const TO_COME = 0.08; // grey of what has not been drawn
const FULL_BITS = 8; // a code that costs so much is all ink

const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const floatsOf = (text) => new Float32Array(bytesOf(text).buffer);
const mix = (from, to, share) => from.map((one, c) => one + (to[c] - one) * share);

/** Values in [0, 1] as a picture of `width` columns, 0 as paper and 1 as the `full` colour. */
function paintPicture(canvas, values, { paper, ink }, full = ink) {
  paintPixels(canvas, values, Math.sqrt(values.length), paper, full);
}

/** The stamp of one code. */
function paintStamp(canvas, stamps, code, colours) {
  const size = STAMP * STAMP;
  paintPicture(canvas, Array.from(stamps.subarray(code * size, (code + 1) * size), (grey) => grey / 255), colours);
}

/** The first `count` codes of a grid, each by the middle of its stamp. */
function paintMosaic(canvas, codes, stamps, count, { paper, ink }) {
  const margin = (STAMP - PATCH) / 2;
  const grey = (i) => {
    const [row, column] = [Math.floor(i / SIDE), i % SIDE];
    const place = Math.floor(row / PATCH) * GRID + Math.floor(column / PATCH);
    if (place >= count) return TO_COME;
    const [up, left] = [margin + (row % PATCH), margin + (column % PATCH)];
    return (FAINT * stamps[codes[place] * STAMP * STAMP + up * STAMP + left]) / 255;
  };
  paintRgb(canvas, SIDE, SIDE, (i, c) => paper[c] + (ink[c] - paper[c]) * grey(i));
}

/** A picture of which only what belongs to the first `count` codes is there. */
function paintDecoded(canvas, values, count, { paper, model }) {
  const there = (i) => Math.floor(Math.floor(i / SIDE) / PATCH) * GRID + Math.floor((i % SIDE) / PATCH) < count;
  paintRgb(canvas, SIDE, SIDE, (i, c) => paper[c] + (model[c] - paper[c]) * values[i] * (there(i) ? 1 : 0.25));
}

/** Where two pictures differ: paper where they do not, the colour of errors where they do by all of a pixel. */
function paintLost(canvas, x, values, { paper, error }) {
  paintPicture(canvas, Array.from(x, (grey, i) => Math.abs(grey - values[i])), { paper }, error);
}

/** What each of the first `count` codes cost. */
function paintBits(canvas, bits, count, { paper, ink }) {
  const share = (i) => (i < count ? Math.min(bits[i] / FULL_BITS, 1) : TO_COME);
  paintRgb(canvas, GRID, GRID, (i, c) => paper[c] + (ink[c] - paper[c]) * share(i));
}
