// Chance that can be repeated: every run prints its seed, and `WIREGLASS_SEED` gives it again.

/** Numbers from 0 to below 1 (mulberry32). */
export function random(name) {
  let state = Number(process.env.WIREGLASS_SEED ?? Math.floor(Math.random() * 2 ** 32)) | 0;
  console.log(`${name}: WIREGLASS_SEED=${state >>> 0}`);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
