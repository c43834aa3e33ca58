// Parks a safetensors file under its name where the other components of the page find it, with the one computation that
// must follow the pointer: the decoder of an MLP autoencoder, sigmoid(W2 relu(W1 z + b1) + b2), from the real weights.

const SHELF = 16e6; // bytes

/** Arrays of a safetensors file (u64 header length, JSON header, data) by name; half precision becomes float32 on demand. */
function readSafetensors(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 8 + Number(view.getBigUint64(0, true));
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)));
  const read = {
    F32: (raw) => new Float32Array(raw),
    F16: (raw) => halfToFloat(new Uint16Array(raw)),
    U8: (raw) => new Uint8Array(raw),
  };
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets: [from, to] }] of Object.entries(entries)) {
    let array; // the weights of most epochs are never looked at
    Object.defineProperty(tensors, name, {
      get: () => (array ??= Object.assign(read[dtype](bytes.slice(start + from, start + to).buffer), { shape })),
    });
  }
  return { metadata, tensors };
}

/** IEEE 754 half precision to single, exactly. */
function halfToFloat(half) {
  const single = new Float32Array(half.length);
  for (let i = 0; i < half.length; i++) {
    const exponent = (half[i] >> 10) & 31;
    const fraction = half[i] & 1023;
    const magnitude = exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : (fraction / 1024) * 2 ** -14;
    single[i] = half[i] & 0x8000 ? -magnitude : magnitude;
  }
  return single;
}

/**
 * Decoder of the weights `${prefix}decoder.0|2.weight|bias`: decode(z) fills and returns one array of pixels in [0, 1];
 * decode.logits holds what stood before the sigmoid, from which the cost in nats stays finite.
 */
function makeDecoder(tensors, prefix) {
  const [w1, b1, w2, b2] = ["0.weight", "0.bias", "2.weight", "2.bias"].map((part) => tensors[`${prefix}decoder.${part}`]);
  const hidden = new Float32Array(b1.length);
  const active = new Uint16Array(b1.length);
  const logits = new Float32Array(b2.length);
  const pixels = new Float32Array(b2.length);
  const latentDim = w1.shape[1];
  const decode = (z) => {
    let numActive = 0; // ReLU leaves about half of the units at zero: they are skipped below
    for (let j = 0; j < hidden.length; j++) {
      let sum = b1[j];
      for (let d = 0; d < latentDim; d++) sum += w1[j * latentDim + d] * z[d];
      if (sum > 0) {
        hidden[j] = sum;
        active[numActive++] = j;
      }
    }
    for (let i = 0; i < pixels.length; i++) {
      let sum = b2[i];
      const row = i * hidden.length;
      for (let a = 0; a < numActive; a++) sum += w2[row + active[a]] * hidden[active[a]];
      logits[i] = sum;
      pixels[i] = 1 / (1 + Math.exp(-sum));
    }
    return pixels;
  };
  decode.logits = logits;
  return decode;
}

export default function ({ data }) {
  if (!data?.length) return; // it lies on the shelf already
  const { metadata, tensors } = readSafetensors(data);
  const shelf = (globalThis.genmodels ??= new Map());
  shelf.delete(metadata.name);
  const weight = () => [...shelf.values()].reduce((sum, { bytes }) => sum + bytes, data.length);
  while (shelf.size && weight() > SHELF) shelf.delete(shelf.keys().next().value); // the one that has lain there longest
  shelf.set(metadata.name, { tensors, bytes: data.length, decoder: (prefix) => makeDecoder(tensors, prefix) });
  globalThis.dispatchEvent(new CustomEvent("genmodels:shelf", { detail: metadata.name }));
}
