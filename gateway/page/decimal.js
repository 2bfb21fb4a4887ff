// Exact decimal text, as the gateway sends it: compared and subtracted without ever becoming a
// floating point number. Plain notation only; what is shown is the text that came.

// The text as an integer and its number of decimals: "-1.20" is [-120n, 2].
function scaled(text) {
  const point = text.indexOf(".");
  if (point < 0) return [BigInt(text), 0];
  return [BigInt(text.slice(0, point) + text.slice(point + 1)), text.length - point - 1];
}

function aligned(a, b) {
  let [left, leftDecimals] = scaled(a);
  let [right, rightDecimals] = scaled(b);
  const decimals = Math.max(leftDecimals, rightDecimals);
  left *= 10n ** BigInt(decimals - leftDecimals);
  right *= 10n ** BigInt(decimals - rightDecimals);
  return [left, right, decimals];
}

/** Negative, zero or positive as a is below, equal to or above b. */
export function compareDecimals(a, b) {
  if (a === b) return 0;
  // Numbers that differ are in order; those that look equal may differ beyond their precision.
  const difference = Number(a) - Number(b);
  if (difference !== 0) return difference;
  const [left, right] = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** a - b as text without trailing zeros. */
export function subtractDecimals(a, b) {
  const [left, right, decimals] = aligned(a, b);
  const difference = left - right;
  const digits = (difference < 0n ? -difference : difference).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, "");
  return (difference < 0n ? "-" : "") + whole + (fraction ? "." + fraction : "");
}
