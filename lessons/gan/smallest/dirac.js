// The smallest GAN, as genmodels/probability/dirac_gan.py has it, operation by operation; a test compares the two.
// A game is { loss, alternating, r1_small, rate_g, rate_d }, a place [theta, psi].

const FURTHEST = 1e6; // a path ends when it is further off than this
const ON_THE_CIRCLE = 1e-9;

const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const slopeOf = ({ loss }) => (loss === "wasserstein" ? 1 : 0.5);

/** Minus the gradient of each player's loss in its own number. */
function velocity({ loss, r1_small }, [theta, psi]) {
  const logit = psi * theta;
  const down = loss === "original" ? sigmoid(logit) * psi : loss === "non-saturating" ? sigmoid(-logit) * psi : psi;
  const slope = loss === "wasserstein" ? 1 : sigmoid(logit);
  return [down, -slope * theta - r1_small * psi];
}

/** V, of the logistic losses in nats. */
function valueOf({ loss }, [theta, psi]) {
  const logit = psi * theta;
  return loss === "wasserstein" ? -logit : -Math.LN2 - (Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))));
}

/** Where both players are when each has moved once. */
function updated(game, [theta, psi]) {
  const moved = theta + game.rate_g * velocity(game, [theta, psi])[0];
  const seen = game.alternating ? moved : theta;
  return [moved, psi + game.rate_d * velocity(game, [seen, psi])[1]];
}

/** All places from the start on; they end early where they leave for infinity. */
function pathOf(game, start, last) {
  const places = [start];
  while (places.length <= last && Math.hypot(...places.at(-1)) < FURTHEST) places.push(updated(game, places.at(-1)));
  return places;
}

/** The two [real, imaginary] of one update at the equilibrium. */
function eigenvalues(game) {
  const { r1_small, rate_g, rate_d, alternating } = game;
  const slope = slopeOf(game);
  const [b, c, stay] = [rate_g * slope, rate_d * -slope, 1 + rate_d * -r1_small];
  const d = alternating ? c * b + stay : 1 + stay - 1; // rounded as there: on a border the last digit decides
  const half = (1 + d) / 2;
  const inside = (1 - d) ** 2 / 4 + b * c;
  const root = Math.sqrt(Math.abs(inside));
  return inside < 0 ? [[half, root], [half, -root]] : [[half + root, 0], [half - root, 0]];
}

const radiusOf = (two) => Math.max(...two.map(([real, imaginary]) => Math.hypot(real, imaginary)));

/** What becomes of a start near the equilibrium. */
function fateOf(game) {
  const two = eigenvalues(game);
  const radius = radiusOf(two);
  if (radius > 1 + ON_THE_CIRCLE) return "flies off";
  if (radius > 1 - ON_THE_CIRCLE) return "circles";
  return two[0][1] > 0 ? "spirals in" : "comes in";
}

/** The end of the name of the sentence that says so, as `fate_key` in numbers.py. */
function fateKey(game) {
  const [fate, turns] = [fateOf(game), eigenvalues(game)[0][1] > 0];
  if (fate === "circles" && !turns) return "jumps";
  const inwards = game.loss === "non-saturating" && turns && (fate === "circles" || fate === "flies off");
  return fate.replace(" ", "-") + (inwards ? "-inwards" : "");
}
