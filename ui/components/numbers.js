// Numbers that somebody types: the grammar is that of genmodels/probability/checks.py, and a test compares the two.

const LONGEST = 40; // characters of a number
const SPACE = "[ \\t\\r\\n\\u00a0\\u2009\\u202f\\u3000]*";
const DECIMAL = "(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,3})?";
const NUMBER = new RegExp(`^${SPACE}([+-]?${DECIMAL})(?:${SPACE}/${SPACE}(${DECIMAL})|${SPACE}(%))?${SPACE}$`);

/** Full-width signs, true minus signs and fraction slashes as what they look like. */
const narrow = (text) =>
  text.replace(/[！-～]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)).replaceAll("−", "-").replace(/[⁄∕]/g, "/");

/** The signs in which links, formulas and code write it: 0.25 for "0,25", "25 %" and "０．２５", 1/4 for "1 / 4"; undefined if it is no number. */
function canonical(text) {
  const found = text.length <= LONGEST && narrow(text).match(NUMBER);
  if (!found) return undefined;
  const [number, below] = [found[1], found[2]].map((part) => part?.replace(",", ".").replace(/^\+/, ""));
  if (found[3]) {
    const [mantissa, exponent = 0] = number.toLowerCase().split("e");
    return String(Number(`${mantissa}e${Number(exponent) - 2}`)); // digits are not divided, which would round them
  }
  return below === undefined ? number : `${number}/${below}`;
}

/** The number that a text stands for, a fraction such as 1/3 too; NaN if it is none. */
function numberOf(text) {
  const [number, below] = (canonical(text) ?? "").split("/").map((part) => (part ? Number(part) : NaN));
  const value = below === undefined ? number : Number.isFinite(number) && Number.isFinite(below) ? number / below : NaN;
  return Number.isFinite(value) ? value : NaN;
}

/** Whether probabilities do not sum to 1. */
const isOff = (sum) => !(Math.abs(sum - 1) <= 1e-9);

/** A sum in so many digits, or in as many more as it takes to see that it is not 1. */
function writtenSum(sum, digits) {
  while (digits < 12 && isOff(sum) && Number(sum.toFixed(digits)) === 1) digits += 1;
  return String(Number(sum.toFixed(digits)));
}

/** A sentence about what was typed and is not taken, # being its text, which may be long; nothing typed needs none. */
const refusal = (sentence, text) => (text.trim() ? sentence.replace("#", () => (text.length > 24 ? `${text.slice(0, 24)}…` : text)) : "");
