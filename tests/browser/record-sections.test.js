// Every section that the server names is explained by the page, and leads somewhere.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { SECTIONS, urlOf } from "../../web/src/record/sections.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The files below a folder whose names end so, as texts. */
function texts(folder, ending) {
  const names = readdirSync(root + folder, { recursive: true }).filter((name) => name.endsWith(ending));
  return names.map((name) => readFileSync(`${root}${folder}/${name}`, "utf8"));
}

const all = (text, pattern) => Array.from(text.matchAll(pattern), ([, section]) => section);

test("every section that a golden capture or the source names has a title, a sentence and an address", () => {
  const captured = texts("tests/captures", ".expected").flatMap((text) => [
    ...all(text, / {2}\(([^()]+)\)$/gm),
    ...all(text, /"section":"([^"]+)"/g),
  ]);
  const named = texts("src", ".rs").flatMap((text) => all(text, /"((?:RFC \d+|WHATWG HTML) \d[\d.]*)"/g));
  const sections = new Set([...captured, ...named]);
  assert.ok(sections.size > 50, `${sections.size} sections were found`);
  for (const section of sections) {
    const [title, says] = SECTIONS.get(section) ?? [];
    assert.ok(title && says, `${section} is not explained`);
    assert.match(urlOf(section) ?? "", /^https:\/\/.+#.+/, section);
  }
});
