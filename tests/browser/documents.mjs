// Reads the documents of a server that has the Iran record as browsers, validators and screen readers do:
// html-validate over the markup, axe in headless Chromium over the page, wide, narrow and printed, with
// every other host out of reach.
//
//   npm install            (in this folder, once)
//   node documents.mjs http://127.0.0.1:8080 PICTURES
//
// CHROMIUM names the browser; /usr/bin/chromium if it is not set. Exits with 1 if anything is wrong.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { HtmlValidate } from "html-validate";
import { open } from "./browser.mjs";

const [base = "http://127.0.0.1:8080", pictures = "pictures"] = process.argv.slice(2);
const host = new URL(base).hostname;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pages = {
  brief: "/briefs/iran-allies.html",
  "brief-2021": "/briefs/iran-allies.html?validOn=2021",
  relationships: "/actors/iran/relationships.html?period=ALL",
  nothing: "/actors/iran/relationships.html?kind=MEDIATION&tier=CORE",
  welcome: "/",
};

mkdirSync(pictures, { recursive: true });
const validator = new HtmlValidate({ extends: ["html-validate:standard", "html-validate:a11y"] });
const browser = await open(host);
const problems = [];
try {
  for (const [name, path] of Object.entries(pages)) {
    const answer = await fetch(base + path, { headers: { accept: "text/html" } });
    const markup = await answer.text();
    if (answer.status !== 200) problems.push(`${name}: status ${answer.status}`);
    const report = await validator.validateString(markup);
    for (const result of report.results) {
      for (const one of result.messages) {
        problems.push(`${name}: line ${one.line}: ${one.ruleId}: ${one.message}`);
      }
    }
    for (const [shape, width] of [["wide", 1200], ["narrow", 400]]) {
      // The page forbids all scripts; axe is let in.
      const context = await browser.newContext({ viewport: { width, height: 900 }, bypassCSP: true });
      const page = await context.newPage();
      page.on("pageerror", (error) => problems.push(`${name}: ${error.message}`));
      page.on("request", (request) => {
        if (new URL(request.url()).hostname !== host) problems.push(`${name} asked of ${request.url()}`);
      });
      await page.goto(base + path);
      await page.addScriptTag({ content: axe });
      const { violations, passes } = await page.evaluate(() => axe.run());
      for (const one of violations) {
        const where = one.nodes.map((node) => node.target.join(" ")).slice(0, 3);
        problems.push(`${name}, ${shape}: axe: ${one.id}: ${one.help}: ${where.join(", ")}`);
      }
      const [seen, room] = await page.evaluate(() => [document.body.scrollWidth, window.innerWidth]);
      if (seen > room) problems.push(`${name}, ${shape}: ${seen} pixels in a window of ${room}`);
      console.log(`${name}, ${shape}: ${passes.length} rules of axe hold, ${violations.length} do not`);
      await page.screenshot({ path: join(pictures, `${name}-${shape}.png`), fullPage: name !== "relationships" });
      if (shape === "wide") await page.pdf({ path: join(pictures, `${name}.pdf`), format: "A4" });
      await context.close();
    }
  }
} catch (error) {
  problems.push(String(error));
} finally {
  await browser.close();
}
problems.forEach((problem) => console.error(problem));
process.exit(problems.length > 0 ? 1 : 0);
