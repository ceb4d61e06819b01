// Opens the playground in headless Chromium with every other host out of reach, runs the first
// example, takes a picture, and follows the record in the tab that does.
//
//   npm install            (in this folder, once)
//   node playground.mjs http://127.0.0.1:8080 playground.png
//
// CHROMIUM names the browser; /usr/bin/chromium if it is not set. Exits with 1 if anything was asked
// of another host, if the page reported an error, or if no answer came.
import { open } from "./browser.mjs";

const [base = "http://127.0.0.1:8080", picture = "playground.png"] = process.argv.slice(2);
const host = new URL(base).hostname;

const browser = await open(host);
const problems = [];
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on("request", (request) => {
    const asked = new URL(request.url());
    if (asked.protocol.startsWith("http") && asked.hostname !== host) {
      problems.push(`asked of another host: ${asked.href}`);
    }
  });
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`page: ${error.message}`));
  await page.goto(`${base}/playground`);
  await page.waitForSelector(".graphiql-execute-button");
  await page.click(".graphiql-execute-button");
  // The editor keeps only the lines in view in the page, so its own text is asked for.
  await page.waitForFunction(
    () => document.querySelector(".result-window .CodeMirror")?.CodeMirror.getValue().includes("counterpart"),
    null,
    { timeout: 15000 },
  );
  const answer = await page.evaluate(() =>
    document.querySelector(".result-window .CodeMirror").CodeMirror.getValue(),
  );
  const data = JSON.parse(answer).data;
  const tabs = await page.locator(".graphiql-tab").allInnerTexts();
  console.log(`tabs: ${tabs.map((tab) => tab.trim()).join(", ")}`);
  for (const tier of ["core", "majorPowers", "varying"]) {
    const names = data.actor[tier].edges.map((edge) => edge.counterpart.name);
    console.log(`${tier}: ${names.join(", ")}`);
  }
  await page.screenshot({ path: picture });

  await page.locator(".graphiql-tab-button", { hasText: "Follow" }).click();
  // GraphiQL reads a document a moment after it is shown, and knows its operation then.
  await page.waitForTimeout(1000);
  await page.click(".graphiql-execute-button");
  await page.waitForFunction(
    () => document.querySelector(".result-window .CodeMirror")?.CodeMirror.getValue().includes('"number": 1'),
    null,
    { timeout: 15000 },
  );
  // It goes on until the button is pressed again.
  const label = () => page.getAttribute(".graphiql-execute-button", "aria-label");
  const running = await label();
  await page.click(".graphiql-execute-button");
  const stopped = await label();
  console.log(`a subscription: ${running}, then ${stopped}`);
  if (!running?.startsWith("Stop") || !stopped?.startsWith("Execute")) {
    problems.push(`the button said ${running}, then ${stopped}`);
  }
} catch (error) {
  problems.push(String(error));
} finally {
  await browser.close();
}
problems.forEach((problem) => console.error(problem));
process.exit(problems.length > 0 ? 1 : 0);
