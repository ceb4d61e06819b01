// Headless Chromium with every host but one out of reach. CHROMIUM names the browser; /usr/bin/chromium
// if it is not set.
import { chromium } from "playwright-core";

export const open = (host) =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE ${host}`,
    ],
  });
