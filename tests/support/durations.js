// Durations as the page writes them: in milliseconds below one second, and in seconds from there on.

/** One duration, to stand in other expressions. */
export const DURATION = String.raw`[\d.,]+ m?s\b`;

/** The first duration that a text says, in seconds. */
export function seconds(text) {
  const [number, unit] = RegExp(DURATION).exec(text)[0].split(" ");
  return Number(number.replaceAll(",", "")) / (unit === "ms" ? 1_000 : 1);
}
