// How codebooks look: a square of codes, a sheet of digits, curves with their names at their ends. No state here.
// A `sheet` is what sharp() of curves.js gives, with the `family` of its letters and the `colour` of a name.

const [LEAST, GAP] = [0.3, 2]; // of a cell's side, for a code that occurs once; pixels between two digits
const [LEFT, TOP, BELOW, LETTER, LINE] = [30, 8, 24, 13, 16]; // CSS pixels
const DASHES = [[1.5, 3.5], [7, 4], [], []]; // of each way, so that it can be told without colour
const THICK = [2, 2, 1.5, 3.5];

const sideOf = (codes) => Math.ceil(Math.sqrt(codes));

/** The side of a code's square as a part of its cell: with the logarithm of its share, from one place of all to all. */
const sizeOf = (share, places) => LEAST + (1 - LEAST) * (1 + Math.log(share) / Math.log(places));

/** All codes, row by row; an unused one is a cross, and `at` is set off. */
function board({ context, width, pixel, colour }, shares, places, at) {
  const side = sideOf(shares.length);
  const cell = width / side;
  context.clearRect(0, 0, width, width);
  shares.forEach((share, code) => {
    const [x, y] = [((code % side) + 0.5) * cell, (Math.floor(code / side) + 0.5) * cell];
    const half = (share ? sizeOf(share, places) * (cell - 2 * pixel) : Math.min(0.45 * cell, 14 * pixel)) / 2;
    if (share) {
      context.fillStyle = colour("model");
      context.fillRect(x - half, y - half, 2 * half, 2 * half);
    } else cross(context, x, y, half, pixel, colour("axis"));
    if (code === at) ring(context, x, y, cell / 2, pixel, colour);
  });
}

function cross(context, x, y, half, pixel, colour) {
  context.strokeStyle = colour;
  context.lineWidth = pixel;
  line(context, [[x - half, y - half], [x + half, y + half]]);
  line(context, [[x - half, y + half], [x + half, y - half]]);
}

function ring(context, x, y, half, pixel, colour) {
  for (const [name, thick] of [["ring", 4.5], ["highlight", 2.5]]) {
    context.strokeStyle = colour(name);
    context.lineWidth = thick * pixel;
    context.strokeRect(x - half, y - half, 2 * half, 2 * half);
  }
}

/** Digits as they are, and below each what is left of it: grey values from 0 to 255, all of one row after the other. */
function digits(canvas, rows, side, paper, ink) {
  const [cell, number] = [side + GAP, rows[0].length / side ** 2];
  const [width, height] = [number * cell - GAP, rows.length * cell - GAP];
  paintRgb(canvas, width, height, (i, c) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const [row, column] = [y % cell, x % cell];
    const place = (Math.floor(x / cell) * side + row) * side + column;
    const value = row < side && column < side ? rows[Math.floor(y / cell)][place] / 255 : 0;
    return paper[c] + (ink[c] - paper[c]) * value;
  });
}

/** The heights of some names, so far apart that each can be read, each as near to where it belongs as that allows. */
function apart(heights, least, low, high) {
  const order = heights.map((_, i) => i).sort((a, b) => heights[a] - heights[b]);
  const placed = [...heights];
  order.forEach((i, k) => (placed[i] = Math.max(placed[i], k ? placed[order[k - 1]] + least : low)));
  order.reverse().forEach((i, k) => (placed[i] = Math.min(placed[i], k ? placed[order[k - 1]] - least : high)));
  return placed;
}

/** The perplexities of all ways over the updates, from 1 to the number of codes by powers of 4, with their names. */
function chart(sheet, columns, updates, last, codes, title) {
  const { context, width, height, pixel, family } = sheet;
  context.clearRect(0, 0, width, height);
  context.font = `600 ${LETTER * pixel}px ${family}`;
  const right = Math.max(...columns.map(({ name }) => context.measureText(name).width)) + 12 * pixel;
  const [x0, x1, y0, y1] = [LEFT * pixel, width - right, height - BELOW * pixel, TOP * pixel];
  const x = (update) => x0 + (update / last) * (x1 - x0);
  const y = (perplexity) => y0 - (Math.log(perplexity) / Math.log(codes)) * (y0 - y1);
  axes(sheet, x, y, [x0, x1, y0], last, codes, title);
  columns.forEach(({ curve }, i) => {
    context.strokeStyle = sheet.colour("model");
    context.lineWidth = THICK[i] * pixel;
    context.setLineDash(DASHES[i].map((one) => one * pixel));
    line(context, curve.map((value, k) => [x(updates[k]), y(value)]));
  });
  context.setLineDash([]);
  const heights = apart(columns.map(({ curve }) => y(curve.at(-1))), LINE * pixel, y1, y0 - (LINE / 2) * pixel);
  columns.forEach(({ name }, i) => letters(sheet, name, [x(updates.at(-1)) + 8 * pixel, heights[i]], "left", "model", 600));
}

function axes(sheet, x, y, [x0, x1, y0], last, codes, title) {
  const { context, pixel, colour } = sheet;
  for (let tick = 1; tick <= codes; tick *= 4) {
    context.fillStyle = colour("grid");
    context.fillRect(x0, y(tick) - pixel / 2, x1 - x0, pixel);
    letters(sheet, tick, [x0 - 6 * pixel, y(tick)], "right");
  }
  context.fillStyle = colour("axis");
  context.fillRect(x0, y0 - pixel / 2, x1 - x0, pixel);
  for (const tick of [0, last / 3, (2 * last) / 3]) letters(sheet, tick, [x(tick), y0 + 13 * pixel], "center");
  letters(sheet, `${last} ${title}`, [x(last), y0 + 13 * pixel], "center");
}

/** Letters on a halo of the page's colour. */
function letters({ context, pixel, family, colour }, text, [x, y], align, name = "muted", weight = 400) {
  context.font = `${weight} ${LETTER * pixel}px ${family}`;
  Object.assign(context, { textAlign: align, textBaseline: "middle", lineJoin: "round", lineWidth: 4 * pixel });
  context.strokeStyle = colour("bg");
  context.strokeText(text, x, y);
  context.fillStyle = colour(name);
  context.fillText(text, x, y);
}
