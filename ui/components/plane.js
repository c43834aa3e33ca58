// A square of the plane, [-3, 3] x [-3, 3], on a canvas: points, data, numbers at its edges. For every component that asks.

const HALF = 3; // the square is [-3, 3]

/** Where a place of the plane lies on a canvas of that side. */
const onCanvas = (side) => (x, y) => [((x + HALF) / (2 * HALF)) * side, ((HALF - y) / (2 * HALF)) * side];

function dots(context, side, values, radius, colour, opacity) {
  const place = onCanvas(side);
  context.fillStyle = colour;
  context.globalAlpha = opacity;
  for (let i = 0; i < values.length; i += 2) {
    context.beginPath();
    context.arc(...place(values[i], values[i + 1]), radius, 0, 7);
    context.fill();
  }
  context.globalAlpha = 1;
}

/** Data are crosses: they are told from points on their way without colour too. */
function crosses(context, side, values, reach, colour, opacity) {
  const place = onCanvas(side);
  context.strokeStyle = colour;
  context.lineWidth = reach / 2;
  context.globalAlpha = opacity;
  context.beginPath();
  for (let i = 0; i < values.length; i += 2) {
    const [x, y] = place(values[i], values[i + 1]);
    context.moveTo(x - reach, y);
    context.lineTo(x + reach, y);
    context.moveTo(x, y - reach);
    context.lineTo(x, y + reach);
  }
  context.stroke();
  context.globalAlpha = 1;
}

function straight(context, from, to) {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

/** Text at (x, y) of the canvas on a halo of the page's colour; `size` is in CSS pixels. */
function letter({ context, family, pixel, halo }, text, [x, y], colour, size, weight = 400) {
  context.font = `${weight} ${size * pixel}px ${family}`;
  context.strokeStyle = halo;
  context.lineWidth = 4 * pixel;
  context.lineJoin = "round";
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
  return context.measureText(text).width;
}

/** Room for a number: nothing runs into it. */
function free({ context, pixel, halo }, x, y, width, height) {
  context.fillStyle = halo;
  context.fillRect(x, y, width * pixel, height * pixel);
}

/** Where -1, 0 and 1 lie, at the lower and the left edge. */
function ticks(letters, side, colour) {
  const { context, pixel } = letters;
  const place = onCanvas(side);
  for (const at of [-1, 0, 1]) {
    const text = at < 0 ? "−1" : String(at);
    const [x, y] = place(at, at);
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    free(letters, x - 12 * pixel, side - 24 * pixel, 24, 24);
    letter(letters, text, [x, side - 9 * pixel], colour, 13);
    context.textAlign = "left";
    context.textBaseline = "middle";
    free(letters, 0, y - 10 * pixel, 30, 20);
    letter(letters, text, [9 * pixel, y], colour, 13);
    context.fillRect(x - pixel / 2, side - 6 * pixel, pixel, 6 * pixel);
    context.fillRect(0, y - pixel / 2, 6 * pixel, pixel);
  }
}

/** An arrow between two places of the canvas' path: its line, and both sides of its tip, which is `tip` long. */
function arrowTo(context, place, [x0, y0], [x, y], tip) {
  const long = Math.hypot(x - x0, y - y0) || 1;
  const [ux, uy] = [(tip * (x - x0)) / long, (tip * (y - y0)) / long];
  context.moveTo(...place(x0, y0));
  context.lineTo(...place(x, y));
  context.lineTo(...place(x - ux - 0.6 * uy, y - uy + 0.6 * ux));
  context.moveTo(...place(x, y));
  context.lineTo(...place(x - ux + 0.6 * uy, y - uy - 0.6 * ux));
}

/** Which of the points, x and y in turn, lies nearest to a press on a canvas, and no farther than `near`; or undefined. */
function nearestTo(event, points, near) {
  const box = event.target.getBoundingClientRect();
  const [x, y] = [((event.clientX - box.left) / box.width) * 2 * HALF - HALF, HALF - ((event.clientY - box.top) / box.height) * 2 * HALF];
  let [best, nearest] = [near, undefined];
  for (let i = 0; i < points.length; i += 2) {
    const far = Math.hypot(points[i] - x, points[i + 1] - y);
    if (far < best) [best, nearest] = [far, i / 2];
  }
  return nearest;
}

/** Where an arrow key leads from a point, among `number` of them; undefined for any other key. */
function keyed(event, point, number) {
  const along = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!along) return undefined;
  event.preventDefault();
  return (point + along + number) % number;
}
