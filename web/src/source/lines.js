/**
 * The lines of a file, read as a stream: one at a time is in memory, and one that is too long never is.
 *
 * Usage: `for await (const { from, to, bytes } of lines(file)) …`; `bytes` is null of a line longer than `longest`
 */

/** @typedef {{ from: number, to: number, bytes: Uint8Array | null }} Line and where it stands in the file */

const NEWLINE = 10;

/** @param {Blob} file @param {number} longest @returns {AsyncGenerator<Line>} */
export async function* lines(file, longest) {
  /** @type {Uint8Array[]} what of a line the chunks so far have brought */
  let parts = [];
  let from = 0;
  let at = 0;
  for await (const chunk of chunks(file)) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const to = at + end;
      yield { from, to, bytes: to - from > longest ? null : joined([...parts, chunk.subarray(start, end)]) };
      parts = [];
      start = end + 1;
      from = to + 1;
    }
    at += chunk.length;
    // Of a line that is too long already, nothing more has to be kept.
    parts = at - from > longest ? [] : [...parts, chunk.subarray(start)];
  }
  if (at > from) yield { from, to: at, bytes: at - from > longest ? null : joined(parts) };
}

/** As `for await` over the stream, which not every browser can do. @param {Blob} file */
async function* chunks(file) {
  const reader = file.stream().getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    reader.cancel();
  }
}

/** @param {Uint8Array[]} parts */
function joined(parts) {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
