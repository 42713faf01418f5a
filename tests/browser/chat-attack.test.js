// Text that would like to be something else stays text: on every way that shows it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Visitor } from "../support/browser.js";
import { Chatter } from "../support/chatter.js";
import { browser, server } from "../support/each-test.js";
import { eventually } from "../support/inbox.js";

const ATTACKS = [
  "<script>alert(1)</script>",
  "</p><script src=//x></script>",
  "<img src=x onerror=alert(1)>",
  "<svg onload=alert(1)>",
  "<svg/onload=alert`1`>",
  "<svg><animate onbegin=alert(1) attributeName=x>",
  "<iframe src=javascript:alert(1)>",
  "<iframe srcdoc='<script>parent.alert(1)</script>'>",
  "<body onload=alert(1)>",
  "<details open ontoggle=alert(1)>",
  "<video><source onerror=alert(1)>",
  "<math><mtext><img src=x onerror=alert(1)>",
  "<a href=javascript:alert(1)>x</a>",
  "<base href=//evil.example/>",
  "<meta http-equiv=refresh content=0;url=//evil.example>",
  "<link rel=stylesheet href=//evil.example>",
  "<style>*{display:none}</style>",
  "<object data=javascript:alert(1)>",
  "<embed src=javascript:alert(1)>",
  "<form action=javascript:alert(1)><button>x",
  "<input autofocus onfocus=alert(1)>",
  "<marquee onstart=alert(1)>",
  "<template><img src=x onerror=alert(1)></template>",
  "<!--><img src=x onerror=alert(1)>-->",
  "<![CDATA[<img src=x onerror=alert(1)>]]>",
  "<plaintext>",
  "\"><img src=x onerror=alert(1)>",
  "' onmouseover='alert(1)",
  "\" autofocus onfocus=\"alert(1)",
  "&lt;img src=x onerror=alert(1)&gt;",
  "&#60;img src=x onerror=alert(1)&#62;",
  "&#x3c;script&#x3e;alert(1)&#x3c;/script",
  "&lt;script",
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "java\tscript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:msgbox(1)",
  "http://x\" onmouseover=\"alert(1)",
  "https://x/<img src=x onerror=alert(1)>",
  "https://x/'onclick='alert(1)",
  "https://javascript:alert(1)@x/",
  "https://good.example\u202e/moc.live//:sptth",
  "http://",
  "https://[::1",
  "file:///etc/passwd",
  "${alert(1)}",
  "{{constructor.constructor('alert(1)')()}}",
  "<%= alert(1) %>",
  "#{alert(1)}",
  "__proto__",
  "constructor",
  "{\"__proto__\":{\"x\":1}}",
  "[object Object]",
  "\u202eright to left\u202c",
  "\u2067turned\u2069 round",
  "\ufeff\u200bnothing to see",
  "Z\u0351\u036b\u0343a\u0316lgo",
  "\u0000null \u0007bell",
  "\ud83d\ude00".repeat(3),
  "%3Cscript%3Ealert(1)%3C/script%3E",
  "\\u003cimg src=x onerror=alert(1)\\u003e",
  "`;alert(1)//",
  "</textarea><script>alert(1)</script>",
  "42[\"message\",\"<img src=x onerror=alert(1)>\"]",
];

/** Elements that no text may add to the page, whatever there is of them before; its own signs are hidden from AT. */
const SUSPECTS =
  "script,img,iframe,object,embed,style,link,base,meta,video,audio,source,marquee,math,template,plaintext," +
  "textarea,form,input,svg:not([aria-hidden]),details,[onerror],[onload],[onclick],[onfocus],[ontoggle],[style]:not(div)";

/** How many of them there are, by what they are. */
const suspects = (visitor) =>
  visitor.page.evaluate(
    (selector) => [...document.querySelectorAll(selector)].map(({ localName }) => localName).sort().join(),
    SUSPECTS,
  );

async function watchViolations(visitor) {
  await visitor.page.evaluate(() => {
    globalThis.violations = [];
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
      globalThis.violations.push(`${violatedDirective} ${blockedURI}`);
    });
  });
}

async function assertHarmless(visitor) {
  assert.deepEqual(await visitor.page.evaluate(() => globalThis.violations), []);
  assert.deepEqual(visitor.problems, []);
}

const short = (text) => [...text].slice(0, 32).join("");

async function say(handle, message) {
  const body = JSON.stringify({ handle, message });
  const headers = { "Content-Type": "application/json" };
  return fetch(`${server.url}/chat/messages`, { method: "POST", headers, body });
}

test("as a message and as a handle: in the conversation, in the rows and in the records", async () => {
  const ann = await Visitor.open(browser, server);
  await ann.page.getByRole("radio", { name: "Everyone" }).check({ force: true });
  await say("first", "nothing yet");
  await ann.hears("nothing yet");
  const before = await suspects(ann);
  await watchViolations(ann);

  // By the acknowledged ids it is known which the server took; a few it may refuse as empty.
  const taken = [];
  for (const attack of ATTACKS) {
    const answer = await say(short(attack), attack);
    if (answer.status === 201) taken.push((await answer.json()).id);
  }
  assert.ok(taken.length > 55, `${taken.length} taken`);
  const { messages } = await (await fetch(`${server.url}/chat/messages?after=${taken[0] - 1}`)).json();
  assert.equal(messages.length, taken.length);
  await eventually(async () => (await ann.texts()).length === taken.length + 1, "all of them");

  // Letter by letter as the server passes it on.
  const shown = await ann.settled.locator(".message-text").evaluateAll((all) => all.map((one) => one.textContent));
  assert.deepEqual(shown.slice(1), messages.map(({ message }) => message));
  const handles = await ann.settled.locator(".message-handle").evaluateAll((all) => all.map((one) => one.textContent));
  assert.deepEqual(handles.slice(1), messages.map(({ handle }) => handle));
  assert.equal(await suspects(ann), before);
  const links = await ann.conversation.locator("a").evaluateAll((all) =>
    all.map(({ href, rel, target, textContent }) => ({ href, rel, target, textContent })),
  );
  assert.ok(links.length >= 4);
  for (const { href, rel, target, textContent } of links) {
    assert.match(href, /^https?:\/\//);
    assert.doesNotMatch(textContent, /[<>"'\s\u202e]/);
    assert.deepEqual([rel, target], ["noopener noreferrer", "_blank"]);
  }
  assert.deepEqual((await ann.captured("")).length > 0, true);

  await ann.rows();
  assert.equal(await suspects(ann), before);
  const carrying = (await ann.captured(encodeURIComponent("chat.role == sent"))).filter(({ chat }) =>
    taken.includes(chat[0].id),
  );
  assert.ok(carrying.length >= taken.length - 1);
  let withRecord = null;
  for (const { seq } of carrying) {
    await ann.page.evaluate((seq) => (location.hash = `record=${seq}`), seq);
    await ann.record.getByRole("heading", { name: `Record ${seq}`, exact: true }).waitFor();
    withRecord ??= await suspects(ann);
    assert.equal(await suspects(ann), withRecord, `record ${seq}`);
  }
  await assertHarmless(ann);
  await ann.leave();
});

test("as the name of somebody who is here, types, is written to, is renamed and leaves", async () => {
  const ann = await Visitor.open(browser, server);
  const people = await ann.menu(/^People: /);
  await people.getByRole("listitem").first().waitFor();
  const before = await suspects(ann);
  await watchViolations(ann);
  const chatters = [];
  for (const attack of ATTACKS) {
    const chatter = Chatter.open(server.url, { auth: { handle: short(attack) } });
    // A handle that nobody could see is refused.
    const isIn = await chatter.connected().then(() => true, () => false);
    if (isIn) chatters.push(chatter);
  }
  const count = await people.getByRole("heading").innerText();
  assert.match(count, /here$/);
  await eventually(async () => (await people.getByRole("listitem").count()) >= 50, "all of them");
  assert.equal(await suspects(ann), before);
  for (const chatter of chatters.slice(0, 12)) {
    chatter.socket.emit("typing");
    await ann.page.getByText("typing…").waitFor();
    assert.equal(await suspects(ann), before);
  }
  await people.getByRole("button", { name: "Write only to <img src=x onerror=alert(1)>", exact: true }).click();
  await ann.page.getByText("Only to").first().waitFor();
  await ann.page.getByRole("button", { name: "Write to everyone again" }).click();
  chatters[0].socket.emit("rename", { handle: "<img src=y onerror=alert(2)>" });
  // Who carries no cookie is another person under another name.
  await ann.conversation.getByText("<img src=y onerror=alert(2)> joined").waitFor();
  for (const chatter of chatters) chatter.leave();
  await ann.page.getByRole("button", { name: "People: 1 here" }).waitFor();
  await ann.conversation.getByText("left").first().waitFor();
  await assertHarmless(ann);
  await ann.leave();
});

test("as a room's name in the address, and as one's own words and handle", async () => {
  const ann = await Visitor.open(browser, server);
  for (const attack of ATTACKS.filter((_, index) => index % 4 === 0)) {
    await ann.page.goto(`/?room=${encodeURIComponent(attack)}`);
    await ann.connected();
    await ann.page.getByText("is not a valid room name").waitFor();
    assert.equal(await ann.page.locator(".trouble bdi").evaluate(({ textContent }) => textContent), attack);
    assert.equal(await ann.page.locator("img:not([alt='']), .trouble :not(p, bdi, a)").count(), 0);
  }
  await ann.page.goto("/");
  await ann.connected();
  await watchViolations(ann);
  const before = await suspects(ann);
  await ann.handle.fill("<img src=x onerror=alert(1)>");
  await ann.handle.press("Tab");
  await ann.conversation.getByText("You are now <img src=x onerror=alert(1)>").waitFor();
  await ann.button("Disconnect").click();
  const own = ATTACKS.slice(0, 8);
  for (const attack of own) await ann.say(attack);
  assert.deepEqual(await ann.conversation.locator(".pending .message-text").allInnerTexts(), own);
  assert.equal(await ann.conversation.locator("img, script, svg:not([aria-hidden]), iframe, style").count(), 0);
  await ann.button("Connect").click();
  await ann.hears(own.at(-1));
  assert.deepEqual(await ann.texts(), own);
  assert.equal(await suspects(ann), before);
  await assertHarmless(ann);
  await ann.leave();
});
