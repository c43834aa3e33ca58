// How the chain looks: states as plates on a ring, arrows as wide as probabilities. No state of its own.

const WIDEST = 14; // pixels of an arrow that is certain
const PLATE = 30; // height of a state
const BEND = 0.1; // of an arrow, as a share of its length
const LABEL = 0.42; // how far along an arrow its number stands
const MANY = 5; // states from which on only the arrows out of the present one are labelled

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const clipped = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** How many pixels a name takes; Chinese characters are twice as wide. */
const span = (text) => [...text].reduce((sum, sign) => sum + (sign > "⺀" ? 14 : 7.4), 0);

/** Where each state stands, and how wide its plate is. */
function places(names, width, height) {
  const n = names.length;
  const labels = names.map((name) => clipped(name, n > 4 ? 10 : 16));
  const widest = Math.max(...labels.map(span)) + 22;
  const [a, b] = [Math.max((width - widest) / 2 - (n === 2 ? 4 : 8), 40), height / 2 - PLATE / 2 - 40];
  const shift = n === 3 ? b * 0.25 : 0; // a triangle's middle lies below that of its frame
  return labels.map((label, i) => {
    const angle = n === 2 ? Math.PI * (1 - i) : -Math.PI / 2 + (2 * Math.PI * i) / n;
    return { label, x: width / 2 + a * Math.cos(angle), y: height / 2 + shift + b * (n === 3 ? 1.25 : 1) * Math.sin(angle), w: span(label) + 22, h: PLATE };
  });
}

/** How long the rim of a plate is, as a pill somewhat larger than the plate, and its straight and round parts. */
function rim({ w, h }, gap = 3) {
  const [flat, round] = [Math.max(w - h, 0) / 2, h / 2 + gap];
  return { flat, round, length: 4 * flat + 2 * Math.PI * round };
}

/** How far along its rim, clockwise from the right, a plate is left in the direction (dx, dy). */
function leaving(plate, dx, dy) {
  const { flat, round, length } = rim(plate);
  const x = (dx * round) / Math.abs(dy || 1e-9);
  const quarter = (Math.PI / 2) * round;
  if (Math.abs(x) <= flat) return dy > 0 ? quarter + flat - x : length - quarter - flat + x;
  const [far, side] = [Math.hypot(dx, dy), dx > 0 ? flat : -flat];
  const along = (dx / far) * side;
  const t = along + Math.sqrt(along * along - side * side + round * round);
  const turn = (Math.atan2((dy / far) * t, (dx / far) * t - side) + 2 * Math.PI) % (2 * Math.PI);
  return turn * round + (dx > 0 ? (dy < 0 ? 4 * flat : 0) : 2 * flat);
}

/** The point so far along the rim of a plate. */
function onRim(plate, far) {
  const { flat, round, length } = rim(plate);
  const quarter = (Math.PI / 2) * round;
  let s = ((far % length) + length) % length;
  const arc = (x, turn) => [plate.x + x + round * Math.cos(turn), plate.y + round * Math.sin(turn)];
  if (s < quarter) return arc(flat, s / round);
  if ((s -= quarter) < 2 * flat) return [plate.x + flat - s, plate.y + round];
  if ((s -= 2 * flat) < 2 * quarter) return arc(-flat, Math.PI / 2 + s / round);
  if ((s -= 2 * quarter) < 2 * flat) return [plate.x - flat + s, plate.y - round];
  return arc(flat, 1.5 * Math.PI + (s - 2 * flat) / round);
}

/** Ends of arrows at one rim, moved along it until each has the room that it needs; loops stay. */
function spread(ends, length) {
  ends.sort((one, other) => one.far - other.far);
  const scale = Math.min(1, length / (ends.reduce((sum, { room }) => sum + room, 0) || 1));
  for (let round = 0; round < 80; round++) {
    for (const [i, one] of ends.entries()) {
      const next = ends[(i + 1) % ends.length];
      const lacking = ((one.room + next.room) / 2) * scale - (next.far - one.far + (i + 1 === ends.length ? length : 0));
      if (lacking <= 0 || next === one || (one.still && next.still)) continue;
      const share = one.still ? 0 : next.still ? 1 : 0.5;
      one.far -= lacking * share;
      next.far += lacking * (1 - share);
    }
  }
}

/** Stroke of an arrow, and length and half the width of its head, which is wider by the same at each side. */
function measures(share) {
  const stroke = Math.max(share * WIDEST, 0.8);
  return { stroke, head: 7 + 0.7 * stroke, half: 4 + stroke / 2 };
}

/** The ways of all arrows: points of their curves, and where the number stands; no two begin or end at one place. */
function ways(plates, matrix, centre) {
  const ends = plates.map(() => []);
  const found = [];
  const dock = (i, dx, dy, room, still = false) => {
    const end = { far: leaving(plates[i], dx, dy), room, still };
    ends[i].push(end);
    return end;
  };
  for (const [i, row] of matrix.entries()) {
    for (const [j, share] of row.entries()) {
      if (!(share > 0)) continue;
      const { stroke, half } = measures(share);
      const [from, to] = [plates[i], plates[j]];
      const up = from.y <= centre[1] + 1 ? -1 : 1;
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      const [bx, by] = [dx / 2 - dy * BEND * 2, dy / 2 + dx * BEND * 2];
      const [tail, head] = i === j ? [[-15, up * 18], [15, up * 18]] : [[bx, by], [bx - dx, by - dy]];
      const way = { i, j, share, up, start: dock(i, ...tail, stroke + 4, i === j), end: dock(j, ...head, 2 * half + 2, i === j) };
      found.push(way);
    }
  }
  ends.forEach((some, i) => spread(some, rim(plates[i]).length));
  return found.map((way) => ({ ...way, ...curve(way, plates) }));
}

/** The curve of a way from its place at one rim to that at another, and where its number stands. */
function curve({ i, j, share, up, start, end }, plates) {
  const [[ax, ay], [bx, by]] = [onRim(plates[i], start.far), onRim(plates[j], end.far)];
  if (i === j) {
    const { x, y, h } = plates[i];
    const top = y + up * (h / 2 + 32);
    return { points: [[ax, ay], [x - 32, top], [x + 32, top], [bx, by]], label: [x, y + up * (h / 2 + 37 + measures(share).stroke / 2)] };
  }
  const points = [[ax, ay], [(ax + bx) / 2 - (by - ay) * BEND * 2, (ay + by) / 2 + (bx - ax) * BEND * 2], [bx, by]];
  return { points, label: along({ points }, LABEL) };
}

/** An arrow: a stroke as wide as its probability, and a head at its end. */
function arrow({ points, share }, here) {
  const { stroke, head, half } = measures(share);
  const [end, before] = [points.at(-1), points.at(-2)];
  const far = Math.hypot(end[0] - before[0], end[1] - before[1]) || 1;
  const [ux, uy] = [(end[0] - before[0]) / far, (end[1] - before[1]) / far];
  const neck = [end[0] - ux * head, end[1] - uy * head];
  const way = [...points.slice(0, -1), neck].map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`);
  const d = `M${way[0]}${points.length === 3 ? "Q" : "C"}${way.slice(1).join(" ")}`;
  const tip = [end, [neck[0] - uy * half, neck[1] + ux * half], [neck[0] + uy * half, neck[1] - ux * half]];
  const kind = here ? "arrow here" : "arrow";
  return tag("path", { d, class: kind, "stroke-width": stroke.toFixed(2) }) + tag("polygon", { points: tip.map((point) => point.map((v) => v.toFixed(1)).join(",")).join(" "), class: `${kind} head` });
}

const written = (share) => String(Number(share.toFixed(3)));

/** The number of an arrow, on a ground that interrupts it. */
function numbered({ share, label: [x, y] }, here) {
  const text = written(share);
  const w = text.length * 7.6 + 6;
  return tag("rect", { x: x - w / 2, y: y - 9, width: w, height: 18, rx: 4, class: "ground" }) + tag("text", { x, y: y + 4.5, class: here ? "share here" : "share" }, text);
}

/** The whole graph, `at` being the state of the walker; also the ways, for who walks them. */
function graph({ names, matrix }, at, width, height) {
  const plates = places(names, width, height);
  const centre = [width / 2, height / 2];
  const [arrows, labels, routes] = [[], [], []];
  for (const way of ways(plates, matrix, centre)) {
    const here = way.i === at;
    routes[way.i * names.length + way.j] = way;
    arrows[here ? "push" : "unshift"](arrow(way, here));
    if (names.length < MANY || here) labels.push(numbered(way, here));
  }
  const states = plates.map(({ label, x, y, w, h }, i) =>
    tag("rect", { x: x - w / 2, y: y - h / 2, width: w, height: h, rx: h / 2, class: i === at ? "state here" : "state" }) +
    tag("text", { x, y: y + 5, class: i === at ? "name here" : "name" }, escaped(label)));
  return { markup: [...arrows, ...states, ...labels].join(""), routes };
}

/** A point of a way, `share` of it along. */
function along({ points }, share) {
  let way = points;
  while (way.length > 1) way = way.slice(1).map(([x, y], i) => [way[i][0] + (x - way[i][0]) * share, way[i][1] + (y - way[i][1]) * share]);
  return way[0];
}
