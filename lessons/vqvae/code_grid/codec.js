// A VQ-VAE's second half from its real weights: which code is nearest, and the picture that a grid of codes decodes into.

const GRID = 7; // side of the grid of codes
const PLACES = GRID * GRID;
const PATCH = 4; // pixels of the picture that one place covers, along a side
const SIDE = GRID * PATCH;

/** A convolution that keeps the size: x (I, H, W), weights (O, I, k, k) and biases (O) -> (O, H, W). */
function convolved(x, height, width, { weight, bias }) {
  const [numOut, numIn, size] = weight.shape;
  const [pad, area] = [size >> 1, height * width];
  const out = new Float32Array(numOut * area);
  for (let o = 0; o < numOut; o++) {
    out.fill(bias[o], o * area, (o + 1) * area);
    for (let i = 0; i < numIn; i++) {
      for (let a = 0; a < size; a++) {
        for (let b = 0; b < size; b++) {
          const w = weight[((o * numIn + i) * size + a) * size + b];
          const [up, left] = [a - pad, b - pad];
          const [from, to] = [Math.max(0, -left), Math.min(width, width - left)];
          for (let row = Math.max(0, -up); row < Math.min(height, height - up); row++) {
            const [target, source] = [o * area + row * width, i * area + (row + up) * width + left];
            for (let column = from; column < to; column++) out[target + column] += w * x[source + column];
          }
        }
      }
    }
  }
  return out;
}

const rectified = (x) => x.map((value) => Math.max(value, 0));

/** x + two convolutions of it. */
function residual(x, height, width, first, last) {
  const change = convolved(rectified(convolved(rectified(x), height, width, first)), height, width, last);
  return x.map((value, i) => value + change[i]);
}

/** Four features side by side in a grid of twice the side: (4 C, H, W) -> (C, 2 H, 2 W). */
function shuffled(x, height, width) {
  const [area, out] = [height * width, new Float32Array(x.length)];
  for (let feature = 0; feature < x.length / area; feature++) {
    const [c, down, right] = [feature >> 2, (feature >> 1) & 1, feature & 1];
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        out[(c * 2 * height + 2 * row + down) * 2 * width + 2 * column + right] = x[feature * area + row * width + column];
      }
    }
  }
  return out;
}

/** The codec of a payload: `logits(codes)` of 49 codes, row by row, and where codes lie. */
class Codec {
  constructor(tensors) {
    this.tensors = tensors;
    [this.numCodes, this.dim] = tensors.codebook.shape;
  }

  /** The 784 pixels that codes decode into, before the sigmoid. */
  logits(codes) {
    const { dim, tensors } = this;
    const layer = (name) => ({ weight: tensors[`decoder.${name}.weight`], bias: tensors[`decoder.${name}.bias`] });
    let x = new Float32Array(dim * PLACES);
    codes.forEach((code, place) => {
      for (let d = 0; d < dim; d++) x[d * PLACES + place] = tensors.codebook[code * dim + d];
    });
    x = convolved(x, GRID, GRID, layer("0"));
    for (const block of ["1", "2"]) x = residual(x, GRID, GRID, layer(`${block}.layers.1`), layer(`${block}.layers.3`));
    x = rectified(shuffled(convolved(rectified(x), GRID, GRID, layer("4")), GRID, GRID));
    x = rectified(shuffled(convolved(x, 2 * GRID, 2 * GRID, layer("7")), 2 * GRID, 2 * GRID));
    return convolved(x, SIDE, SIDE, layer("10"));
  }

  /** e of a code. */
  vector(code) {
    return this.tensors.codebook.subarray(code * this.dim, (code + 1) * this.dim);
  }

  /** |z - e_j| for all codes j. */
  distances(z) {
    const { codebook } = this.tensors;
    return Float64Array.from({ length: this.numCodes }, (_, code) => {
      let sum = 0;
      for (let d = 0; d < this.dim; d++) sum += (z[d] - codebook[code * this.dim + d]) ** 2;
      return Math.sqrt(sum);
    });
  }

  /** The nearest code of those that are alive. */
  nearest(z, killed) {
    let [best, least] = [-1, Infinity];
    this.distances(z).forEach((distance, code) => {
      if (distance < least && !killed.has(code)) [best, least] = [code, distance];
    });
    return best;
  }
}

const pixelsOf = (logits) => logits.map((logit) => 1 / (1 + Math.exp(-logit)));

/** -log p(x) of grey pixels x in [0, 1] given logits, in nats. */
function crossEntropy(x, logits) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.max(logits[i], 0) - logits[i] * x[i] + Math.log1p(Math.exp(-Math.abs(logits[i])));
  return sum;
}

/** What of that is left where all pixels are met, because they are grey. */
function leastEntropy(x) {
  const term = (share) => (share > 0 ? -share * Math.log(share) : 0);
  return x.reduce((sum, grey) => sum + term(grey) + term(1 - grey), 0);
}
