// Pictures as paper and ink: grey values become the theme's background and text colours. For every component that asks.

/** A CSS colour as [r, g, b]. */
function toRgb(colour) {
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

/** What a custom property such as "--gm-model" is on this element, as [r, g, b], also where it is made from others. */
function colourOf(element, name) {
  const probe = element.appendChild(document.createElement("i"));
  probe.style.color = `var(${name})`;
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return toRgb(colour);
}

/** The pixel under the pointer in a `.frame` that shows `height` x `width` of them, [row, column]; null outside of any. */
function pixelUnder({ target, clientX, clientY }, height, width) {
  const frame = target.closest(".frame");
  if (!frame) return null;
  const box = frame.getBoundingClientRect();
  const inside = (share, side) => Math.min(Math.max(Math.floor(share * side), 0), side - 1);
  return [inside((clientY - box.top) / box.height, height), inside((clientX - box.left) / box.width, width)];
}

/** Where an arrow key leads, in rows and columns; undefined for any other key. */
const arrowOf = ({ key }) => ({ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] })[key];

/** Paints values in [0, 1] into a canvas of `width` columns: 0 is `paper`, 1 is `full`. */
function paintPixels(canvas, values, width, paper, full) {
  paintRgb(canvas, width, values.length / width, (i, c) => paper[c] + (full[c] - paper[c]) * values[i]);
}

/** Paints colours in [0, 1], all red ones first, then all green, then all blue, into a canvas of `width` columns. */
function paintColours(canvas, values, width) {
  const size = values.length / 3;
  paintRgb(canvas, width, size / width, (i, c) => 255 * values[c * size + i]);
}

/** `level(pixel, channel)` is from 0 to 255. */
function paintRgb(canvas, width, height, level) {
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = level(i, c);
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
