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
  const height = values.length / width;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let i = 0; i < values.length; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = paper[c] + (full[c] - paper[c]) * values[i];
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
