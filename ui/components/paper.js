// Pictures as paper and ink: grey values become the theme's background and text colours. For every component that asks.

/** A CSS colour as [r, g, b]. */
function toRgb(colour) {
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

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
