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
  const [a, b] = [Math.max((width - widest) / 2 - (n === 2 ? 4 : 8), 40), height / 2 - PLATE / 2 - 36];
  const shift = n === 3 ? b * 0.25 : 0; // a triangle's middle lies below that of its frame
  return labels.map((label, i) => {
    const angle = n === 2 ? Math.PI * (1 - i) : -Math.PI / 2 + (2 * Math.PI * i) / n;
    return { label, x: width / 2 + a * Math.cos(angle), y: height / 2 + shift + b * (n === 3 ? 1.25 : 1) * Math.sin(angle), w: span(label) + 22, h: PLATE };
  });
}

/** Where the way from the middle of a plate towards a point leaves it. */
function rim({ x, y, w, h }, [px, py], gap = 3) {
  const [dx, dy] = [px - x, py - y];
  const t = Math.min((w / 2 + gap) / Math.abs(dx || 1e-9), (h / 2 + gap) / Math.abs(dy || 1e-9));
  return [x + dx * t, y + dy * t];
}

/** The way of an arrow: start, bend, end, and where its label stands. */
function route(from, to, centre) {
  if (from === to) {
    const up = from.y <= centre[1] + 1 ? -1 : 1;
    const y = from.y + (up * from.h) / 2;
    const points = [[from.x - 15, y + up * 2], [from.x - 30, y + up * 34], [from.x + 30, y + up * 34], [from.x + 15, y + up * 3]];
    return { points, label: [from.x, y + up * 36] };
  }
  const [mx, my] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const bend = [mx - dy * BEND * 2, my + dx * BEND * 2];
  const [start, end] = [rim(from, bend), rim(to, bend)];
  return { points: [start, bend, end], label: along({ points: [start, bend, end] }, LABEL) };
}

/** An arrow: a stroke as wide as its probability, and a head at its end. */
function arrow({ points }, share, here) {
  const width = Math.max(share * WIDEST, 0.8);
  const head = Math.max(9, width * 1.1);
  const [end, before] = [points.at(-1), points.at(-2)];
  const far = Math.hypot(end[0] - before[0], end[1] - before[1]) || 1;
  const [ux, uy] = [(end[0] - before[0]) / far, (end[1] - before[1]) / far];
  const neck = [end[0] - ux * head, end[1] - uy * head];
  const half = Math.max(4.5, width * 0.95);
  const way = [...points.slice(0, -1), neck].map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`);
  const d = `M${way[0]}${points.length === 3 ? "Q" : "C"}${way.slice(1).join(" ")}`;
  const tip = [end, [neck[0] - uy * half, neck[1] + ux * half], [neck[0] + uy * half, neck[1] - ux * half]];
  const kind = here ? "arrow here" : "arrow";
  return tag("path", { d, class: kind, "stroke-width": width.toFixed(2) }) + tag("polygon", { points: tip.map((point) => point.map((v) => v.toFixed(1)).join(",")).join(" "), class: `${kind} head` });
}

const written = (share) => String(Number(share.toFixed(3)));

/** The whole graph, `at` being the state of the walker; also the ways, for who walks them. */
function graph({ names, matrix }, at, width, height) {
  const plates = places(names, width, height);
  const centre = [width / 2, height / 2];
  const [arrows, labels, routes] = [[], [], []];
  for (const [i, row] of matrix.entries()) {
    for (const [j, share] of row.entries()) {
      if (!(share > 0)) continue;
      const way = route(plates[i], plates[j], centre);
      routes[i * names.length + j] = way;
      arrows[i === at ? "push" : "unshift"](arrow(way, share, i === at));
      if (names.length < MANY || i === at) labels.push(tag("text", { x: way.label[0], y: way.label[1] + 4, class: i === at ? "share here" : "share" }, written(share)));
    }
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
